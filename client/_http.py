"""One exchange with PostHog: a request, its answer or an error of ours, and the limits on both.

All requests go through `Http`. With `_transports` the only module that knows httpx. It uses httpx's
transports, not its client: a client would follow redirects, keep cookies and decompress without limits. It is
imported with the first request, since httpx and its parts are a tenth of a server's start.
"""

import socket
import ssl
from collections.abc import AsyncGenerator
from typing import cast

import httpx
from pydantic import SecretStr

from recordings_mcp.client._answers import refusal
from recordings_mcp.client._deadline import Deadline
from recordings_mcp.client._decompress import ACCEPTED_ENCODINGS, MEBIBYTE, ByteBudget, Decompressor
from recordings_mcp.client._errors import RecordingsError, UnexpectedAnswer, Unreachable
from recordings_mcp.client._refusals import NotFound
from recordings_mcp.client._request import Request
from recordings_mcp.client._settings import Host, Timeouts
from recordings_mcp.client._transports import Transport, environment_transport, network_transports

LARGEST_JSON_ANSWER = 64 * MEBIBYTE
_LARGEST_ERROR_ANSWER = MEBIBYTE
_KIBIBYTE = 1024
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Http:
    """Send requests to one host, with one key, over one pool of connections; each is sent once.

    No redirect is followed and no cookie kept, so the key reaches no other host. Answers are decompressed
    here, under limits.

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
        steps = httpx.Timeout(
            connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.pool
        )
        self._extensions = {"timeout": steps.as_dict()}
        if transport is None:
            transport = environment_transport() if proxies_from_environment else network_transports()()
        self._transport = transport
        self._closed = False

    async def close(self) -> None:
        """Close all connections."""
        self._closed = True
        await self._transport.aclose()

    async def open(self, request: Request, deadline: Deadline) -> httpx.Response:
        """Send a request; return the answer, its body unread, if it is a success.

        Raises:
            RecordingsError: It is none, or there is none in time.
            RuntimeError: This was closed; a request would open a connection that nobody closes.
        """
        if self._closed:
            raise RuntimeError("The client was closed.")
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED_ENCODINGS,
            "User-Agent": "recordings-mcp",
        }
        if request.authorized:
            headers["Authorization"] = f"Bearer {self._api_key.get_secret_value()}"
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        outgoing = httpx.Request(
            request.method,
            f"{self._origin}{request.address}",
            headers=headers,
            content=request.content,
            extensions=self._extensions,
        )
        try:
            with deadline.enforced("PostHog had not answered"):
                response = await self._transport.handle_async_request(outgoing)
        except httpx.TransportError as error:
            failure: RecordingsError = _unreachable(error)
        else:
            if response.is_success:
                return response
            failure = await self._refusal(response, request.not_found, deadline)
        raise failure

    async def fetch(self, request: Request, deadline: Deadline) -> bytes:
        """Send a request; return the whole body of the answer, decompressed.

        Raises:
            RecordingsError: The same as for `open`, and when the body breaks off or is over 64 MiB.
        """
        return await self._read(await self.open(request, deadline), LARGEST_JSON_ANSWER, deadline)

    @staticmethod
    async def chunks(
        response: httpx.Response, budget: ByteBudget, deadline: Deadline
    ) -> AsyncGenerator[bytes]:
        """Yield the body of an answer in decompressed chunks of at most 64 KiB.

        Raises:
            Unreachable: It breaks off, or does not come in time.
            UnexpectedAnswer: It is over the budget, or damaged.
        """
        decompressor = Decompressor(response.headers.get("Content-Encoding"), budget)
        compressed = aiter(cast("httpx.AsyncByteStream", response.stream))
        arrived = 0
        try:
            while True:
                with deadline.enforced(f"{_size(arrived)} of an answer had arrived"):
                    chunk = await anext(compressed, None)
                if chunk is None:
                    break
                arrived += len(chunk)
                for part in decompressor.feed(chunk):
                    yield part
        except httpx.TransportError as error:
            failure = _unreachable(error)
        else:
            decompressor.finish()
            return
        raise failure

    async def _read(self, response: httpx.Response, most: int, deadline: Deadline) -> bytes:
        try:
            return b"".join([part async for part in self.chunks(response, ByteBudget(most), deadline)])
        finally:
            await response.aclose()

    async def _refusal(
        self, response: httpx.Response, not_found: type[NotFound], deadline: Deadline
    ) -> RecordingsError:
        try:
            body = await self._read(response, _LARGEST_ERROR_ANSWER, deadline)
        except (UnexpectedAnswer, Unreachable):
            body = b""  # the status says most of it
        return refusal(
            response.status_code, body, retry_after=response.headers.get("Retry-After"), not_found=not_found
        )


def _size(count: int) -> str:
    if count < _KIBIBYTE:
        return f"{count} bytes"
    return f"{count / MEBIBYTE:.1f} MiB" if count >= MEBIBYTE else f"{count / _KIBIBYTE:.0f} KiB"


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
        "The host name could not be resolved. Check the host setting and this machine's network.",
    ),
    (
        (httpx.ConnectError, httpx.ConnectTimeout),
        "The host could not be reached. Check that it is up, the host setting and this machine's network.",
    ),
    (
        httpx.PoolTimeout,
        "Too many concurrent requests; retry shortly.",
    ),
    (
        httpx.TimeoutException,
        "PostHog did not answer in time. Try again; if it persists, ask for less or check PostHog's status.",
    ),
    (
        httpx.ProxyError,
        "The proxy that the environment variables name could not be used. Check it, or turn proxies off.",
    ),
)


def _unreachable(error: httpx.TransportError) -> Unreachable:
    """Return the error in our words; the original holds the request and so the key: it is not chained."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    explanation = next(
        (text for kind, text in _EXPLANATIONS if any(isinstance(each, kind) for each in causes)),
        "The connection to PostHog broke before the answer was complete. Try again.",
    )
    return Unreachable(
        explanation,
        may_have_arrived=not isinstance(error, _NEVER_SENT),
        timed_out=isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.PoolTimeout),
    )
