"""One connection to PostHog: what leaves, what comes back, under which bounds.

The only module that knows httpx. A request leaves through `Connection` or not at all.
"""

import json
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlencode

import httpx
import stamina
from pydantic import SecretStr

from recordings_mcp.client._answers import decode_json, refusal
from recordings_mcp.client._errors import RecordingsError, UnexpectedAnswer, Unreachable
from recordings_mcp.client._inflate import ACCEPTED_ENCODINGS, MEBIBYTE, Allowance, Inflater
from recordings_mcp.client._refusals import NotFound
from recordings_mcp.client._retry import ATTEMPTS, Backoff, leaves_outcome_unknown
from recordings_mcp.client._settings import Host, Timeouts

Answer = TypeVar("Answer")

Transport = httpx.AsyncBaseTransport
"""What carries requests: replaced to talk to an application in this process."""

LARGEST_JSON_ANSWER = 64 * MEBIBYTE
_LARGEST_ERROR_ANSWER = MEBIBYTE
_CONNECTIONS = 10
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to PostHog.

    Attributes:
        path: The path, starting with a slash, every segment quoted.
        query: Parameters of the address.
        body: What is sent as JSON; None for no body.
        changes: Whether it changes something in PostHog. It is sent again only when it never arrived.
        may_be_divided: Whether the caller asks for less when it takes too long, instead of the same again.
        missing: The error that a 404 stands for.
        authorized: Whether the API key goes along.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"] = "GET"
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    changes: bool = False
    may_be_divided: bool = False
    missing: type[NotFound] = NotFound
    authorized: bool = True

    @property
    def address(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


class Connection:
    """Send requests to one host, with one key, over one pool of connections.

    Redirects are never followed, so the key reaches no other host. Answers are unpacked here, under caps.

    Args:
        host: Where to.
        api_key: Sent as a header, never in an address.
        timeouts: Seconds for each step of a request.
        transport: What carries the requests instead of the network.
        proxies_from_environment: Use the proxies and certificates that environment variables name.
    """

    def __init__(
        self,
        host: Host,
        api_key: SecretStr,
        *,
        timeouts: Timeouts,
        transport: Transport | None = None,
        proxies_from_environment: bool = False,
    ) -> None:
        self._origin = host.origin
        self._api_key = api_key
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(
                connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.pool
            ),
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            headers={"User-Agent": "recordings-mcp", "Accept-Encoding": ACCEPTED_ENCODINGS},
            follow_redirects=False,
            trust_env=proxies_from_environment,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def answer(self, request: Request) -> Any:
        """Send a request and decode its answer; None when the answer has no body.

        Raises:
            RecordingsError: See the tree in `_errors`.
        """
        with _outcome_told(request):
            return await _repeatedly(self._exchange, request)

    @asynccontextmanager
    async def stream(self, request: Request, allowance: Allowance) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Send a request and give the body of its answer in unpacked chunks of at most 64 KiB.

        A failure before the body begins is repeated like that of any request; one within the body is not.

        Raises:
            RecordingsError: See the tree in `_errors`; also while the chunks are read.
        """
        response = await _repeatedly(self._open, request)
        try:
            yield _unpacked(response, allowance)
        finally:
            await response.aclose()

    async def _exchange(self, request: Request) -> Any:
        response = await self._open(request)
        body = await _whole_body(response, LARGEST_JSON_ANSWER)
        return decode_json(body) if body else None

    async def _open(self, request: Request) -> httpx.Response:
        """Send a request once; give the answer, its body unread, if it is a success."""
        outgoing = self._outgoing(request)
        try:
            response = await self._client.send(outgoing, stream=True)
        except httpx.TransportError as error:
            failure: RecordingsError = _unreachable(error)
        else:
            if response.is_success:
                return response
            failure = await _refusal(response, request.missing)
        raise failure

    def _outgoing(self, request: Request) -> httpx.Request:
        headers = {"Accept": "application/json"}
        if request.authorized:
            headers["Authorization"] = f"Bearer {self._api_key.get_secret_value()}"
        content = None
        if request.body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(request.body).encode()
        return self._client.build_request(
            request.method, f"{self._origin}{request.address}", headers=headers, content=content
        )


def application_transport(application: Any) -> Transport:
    """Carry requests to an ASGI application in this process, such as the sandbox, instead of the network."""
    return httpx.ASGITransport(app=application)


async def _repeatedly(send: Callable[[Request], Awaitable[Answer]], request: Request) -> Answer:
    backoff = Backoff(repeatable=not request.changes, divisible=request.may_be_divided)
    return await stamina.AsyncRetryingCaller(attempts=ATTEMPTS, timeout=None)(backoff, send, request)


async def _unpacked(response: httpx.Response, allowance: Allowance) -> AsyncGenerator[bytes]:
    inflater = Inflater(response.headers.get("Content-Encoding"), allowance)
    try:
        async for chunk in response.aiter_raw():
            for part in inflater.feed(chunk):
                yield part
    except httpx.TransportError as error:
        failure = _unreachable(error)
    else:
        inflater.finish()
        return
    raise failure


async def _whole_body(response: httpx.Response, most: int) -> bytes:
    try:
        return b"".join([part async for part in _unpacked(response, Allowance(most))])
    finally:
        await response.aclose()


async def _refusal(response: httpx.Response, missing: type[NotFound]) -> RecordingsError:
    try:
        body = await _whole_body(response, _LARGEST_ERROR_ANSWER)
    except (UnexpectedAnswer, Unreachable):
        body = b""  # the status says most of it
    return refusal(
        response.status_code, body, retry_after=response.headers.get("Retry-After"), missing=missing
    )


@contextmanager
def _outcome_told(request: Request) -> Generator[None]:
    try:
        yield
    except RecordingsError as error:
        unreadable = isinstance(error, UnexpectedAnswer)
        error.outcome_unknown = request.changes and (unreadable or leaves_outcome_unknown(error))
        raise


def _unreachable(error: httpx.TransportError) -> Unreachable:
    """Say in our words what happened; the original holds the request and so the key: it is not chained."""
    sent = not isinstance(error, _NEVER_SENT)
    timed_out = isinstance(error, httpx.TimeoutException)
    return Unreachable(_explain(error), may_have_arrived=sent, timed_out=timed_out)


_EXPLANATIONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (
        ssl.SSLError,
        (
            "The server's certificate could not be verified. Check the host setting and this machine's "
            "clock; a private certificate authority must be made known to Python."
        ),
    ),
    (
        socket.gaierror,
        "The host's name could not be found. Check the host setting and this machine's network.",
    ),
    (
        (httpx.ConnectError, httpx.ConnectTimeout),
        "The host could not be reached. Check that it is up, the host setting and this machine's network.",
    ),
    (
        httpx.PoolTimeout,
        "Too many requests are under way at once. Try again when some of them are answered.",
    ),
    (
        httpx.TimeoutException,
        "PostHog did not answer in time. Try again; if it stays, ask for less or see PostHog's status.",
    ),
    (
        httpx.ProxyError,
        "The proxy that the environment names could not be used. Check it, or switch proxies off.",
    ),
)


def _explain(error: httpx.TransportError) -> str:
    causes = list(_causes(error))
    for kind, text in _EXPLANATIONS:
        if any(isinstance(cause, kind) for cause in causes):
            return text
    return "The connection to PostHog broke before the answer was complete. Try again."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
