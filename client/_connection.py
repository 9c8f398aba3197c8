"""The connection to PostHog: each request in its turn and in time, repeated where safe, or remembered."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import SecretStr

from recordings_mcp.client._answers import decode_json
from recordings_mcp.client._breaker import CircuitBreaker, RepeatBudget
from recordings_mcp.client._cache import AnswerCache, AnswerMemory
from recordings_mcp.client._deadline import Deadline, current_deadline
from recordings_mcp.client._errors import RecordingsError, UnexpectedAnswer
from recordings_mcp.client._inflate import Allowance
from recordings_mcp.client._rate_budget import RateBudget
from recordings_mcp.client._request import Request
from recordings_mcp.client._retry import ATTEMPTS, Backoff, leaves_outcome_unknown
from recordings_mcp.client._settings import Host, Timeouts
from recordings_mcp.client._transports import Transport

if TYPE_CHECKING:
    from recordings_mcp.client._http import Http

Answer = TypeVar("Answer")
Send = Callable[[Request, Deadline], Awaitable[Answer]]


class Connection:
    """Send requests to one host with one key. Every request of this package goes through here.

    Args:
        host: Where to.
        api_key: Sent as a header, never in an address.
        timeouts: Seconds for each step of a request, and for a call that brings no deadline.
        rate_budget: What is left of PostHog's rate limits; its clock is the one for everything here.
        memory: Where answers are kept for a short while.
        transport: What carries the requests instead of the network.
        proxies_from_environment: Use the proxies and certificates that environment variables name.
    """

    def __init__(  # noqa: PLR0913 - each is a part of its own
        self,
        host: Host,
        api_key: SecretStr,
        *,
        timeouts: Timeouts,
        rate_budget: RateBudget,
        memory: AnswerMemory,
        transport: Transport | None = None,
        proxies_from_environment: bool = False,
    ) -> None:
        self._host = host
        self._api_key = api_key
        self._transport = transport
        self._proxies_from_environment = proxies_from_environment
        self._opened: Http | None = None
        self._timeouts = timeouts
        self._clock = rate_budget.clock
        self._budget = rate_budget.of(host.origin, api_key)
        self._breaker = CircuitBreaker(self._clock)
        self._repeats = RepeatBudget(self._clock)
        self._cache = AnswerCache(self._clock, memory)

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections, and forget what was answered."""
        self._cache.empty()
        if self._opened is not None:
            await self._opened.close()

    async def answer(self, request: Request) -> Any:
        """Send a request and decode its answer; None when the answer has no body.

        An answer that the request allows to keep is given again while it is good; every change forgets them.

        Raises:
            RecordingsError: See the tree in `_errors`.
        """
        if request.kept_for and (kept := self._cache.find(request.question)) is not None:
            return decode_json(kept)
        keep = self._cache.keeper(request.question)
        with _outcome_told(request), self._forgetting(request):
            body = await self._repeatedly(self._open().body, request, self._answer_deadline())
            answer = decode_json(body) if body else None
        if request.kept_for:
            keep(body, request.kept_for(answer))
        return answer

    @asynccontextmanager
    async def stream(
        self, request: Request, allowance: Allowance, deadline: Deadline
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Send a request and give the body of its answer in unpacked chunks of at most 64 KiB.

        A failure before the body begins is repeated like that of any request; one within the body is not.

        Raises:
            RecordingsError: See the tree in `_errors`; also while the chunks are read.
        """
        http = self._open()
        response = await self._repeatedly(http.open, request, deadline)
        try:
            yield http.unpacked(response, allowance, deadline)
        finally:
            await response.aclose()

    def download_deadline(self) -> Deadline:
        """Give the deadline of a download that begins now: the caller's, or our own."""
        return current_deadline() or Deadline(self._timeouts.download, clock=self._clock)

    def _answer_deadline(self) -> Deadline:
        return current_deadline() or Deadline(self._timeouts.call, clock=self._clock)

    def _open(self) -> "Http":
        if self._opened is None:
            # A start is faster without httpx, and without the certificates that the network needs.
            from recordings_mcp.client._http import Http  # noqa: PLC0415

            self._opened = Http(
                self._host,
                self._api_key,
                timeouts=self._timeouts,
                transport=self._transport,
                proxies_from_environment=self._proxies_from_environment,
            )
        return self._opened

    async def _repeatedly(self, send: Send[Answer], request: Request, deadline: Deadline) -> Answer:
        self._repeats.note_request()
        backoff = Backoff(
            repeatable=not request.changes,
            divisible=request.may_be_divided,
            left=deadline.left,
            allowed=self._repeats.take,
        )
        import stamina  # noqa: PLC0415 - not a part of a server's start, as `_http`

        attempts = stamina.AsyncRetryingCaller(attempts=ATTEMPTS, timeout=None)
        return await attempts(backoff, self._once, send, request, deadline)

    async def _once(self, send: Send[Answer], request: Request, deadline: Deadline) -> Answer:
        async with self._budget.turn(request.counts_as, deadline):
            deadline.check()
            with self._breaker.watching(blaming=not request.may_be_divided):
                return await send(request, deadline)

    @contextmanager
    def _forgetting(self, request: Request) -> Generator[None]:
        try:
            yield
        finally:
            if request.changes:
                self._cache.empty()


@contextmanager
def _outcome_told(request: Request) -> Generator[None]:
    try:
        yield
    except RecordingsError as error:
        unreadable = isinstance(error, UnexpectedAnswer)
        error.outcome_unknown = request.changes and (unreadable or leaves_outcome_unknown(error))
        raise
