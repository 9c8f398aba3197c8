"""The connection to PostHog, and the layers that every request passes, from the outside in.

    Connection.send(request) -> decoded JSON
      │
      │  cache      reuse an answer for a short while; a change empties it      _cache
      │  outcome    say of a failed change whether it may have been made        _retry
      │  retry      up to three attempts, few in all, with jitter between       _retry
      │   ┌─ each attempt ──────────────────────────────────────────────────────────────────
      │   │  rate       wait for a slot within PostHog's limits                 _rate_budget
      │   │  deadline   send nothing once the call's time is up                 _deadline
      │   │  breaker    send nothing while the server is down                   _retry
      │   │  bytes      one exchange: timeouts, decompression, size limits,     _http, _decompress
      │   │             and an error of ours for everything but a success       _answers
      │   └─────────────────────────────────────────────────────────────────────────────────
      ▼
    the network, or an application in this process                              _transports

`Connection.stream` starts at the third layer: a download changes nothing and is not cached.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import orjson
from pydantic import SecretStr

from recordings_mcp.client._answers import decode_json
from recordings_mcp.client._cache import AnswerCache, AnswerMemory
from recordings_mcp.client._deadline import Deadline, current_deadline
from recordings_mcp.client._decompress import ByteBudget
from recordings_mcp.client._errors import RecordingsError
from recordings_mcp.client._rate_budget import RateBudget
from recordings_mcp.client._refusals import Throttled
from recordings_mcp.client._request import Request
from recordings_mcp.client._retry import (
    ATTEMPTS,
    CircuitBreaker,
    RetryBudget,
    backoff,
    is_retryable,
    leaves_outcome_unknown,
)
from recordings_mcp.client._settings import Host, Timeouts
from recordings_mcp.client._transports import Transport

if TYPE_CHECKING:
    from recordings_mcp.client._http import Http

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


class Connection:
    """Send requests to one host with one key.

    Args:
        host: Where to.
        api_key: Sent as a header, never in an address.
        timeouts: Seconds for each step of a request, and for a call that has no deadline.
        rate_budget: What is left of PostHog's rate limits; its clock is the one for everything here.
        memory: Where answers are cached.
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
        self._rate_budget = rate_budget.of(host.origin, api_key)
        self._breaker = CircuitBreaker(self._clock)
        self._retry_budget = RetryBudget(self._clock)
        self._cache = AnswerCache(self._clock, memory)

    def open(self) -> "Http":
        """Return what sends single requests; made when first needed."""
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

    async def __aenter__(self) -> Self:
        self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections and clear the cache."""
        self._cache.clear()
        if self._opened is not None:
            await self._opened.close()

    async def send(self, request: Request) -> Any:
        """Send a request and decode its answer; None when the answer has no body.

        Raises:
            RecordingsError: See the tree in `_errors`.
        """
        if request.cache_ttl and (cached := self._cache.find(request.cache_key)) is not None:
            return decode_json(cached)
        generation = self._cache.generation
        deadline = current_deadline() or Deadline(self._timeouts.call, clock=self._clock)
        try:
            body = await self._retry(self.open().fetch, request, deadline)
            answer = decode_json(body) if body else None
        except RecordingsError as error:
            error.outcome_unknown = request.changes and leaves_outcome_unknown(error)
            raise
        finally:
            if request.changes:
                self._cache.clear()
        if request.cache_ttl:
            if answer and request.cached_member:
                body = orjson.dumps({request.cached_member: answer[request.cached_member]})
            self._cache.keep(request.cache_key, body, request.cache_ttl(answer), generation)
        return answer

    @asynccontextmanager
    async def stream(
        self, request: Request, budget: ByteBudget, deadline: Deadline
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Send a request and give the body of its answer in decompressed chunks of at most 64 KiB.

        A failure before the body starts is retried like that of any request; one within the body is not.

        Raises:
            RecordingsError: See the tree in `_errors`; also while the chunks are read.
        """
        http = self.open()
        response = await self._retry(http.open, request, deadline)
        try:
            yield http.chunks(response, budget, deadline)
        finally:
            await response.aclose()

    def download_deadline(self) -> Deadline:
        """Return the deadline of a download that starts now: the caller's, or our own."""
        return current_deadline() or Deadline(self._timeouts.download, clock=self._clock)

    async def _retry(
        self,
        exchange: Callable[[Request, Deadline], Awaitable[Result]],
        request: Request,
        deadline: Deadline,
    ) -> Result:
        self._retry_budget.note_request()
        failures = 0
        while True:
            try:
                async with self._rate_budget.slot(request.rate_limit_buckets, deadline):
                    deadline.check()
                    with self._breaker.guard(count_failure=not request.splittable):
                        return await exchange(request, deadline)
            except Throttled as error:
                failures += 1
                if failures == ATTEMPTS or (error.retry_after or 0.0) > deadline.left():
                    raise
                # The next attempt waits for its slot, which comes when PostHog allows.
                failure, wait = "429", 0.0
            except RecordingsError as error:
                failures += 1
                failure, wait = type(error).__name__, backoff(failures)
                if failures == ATTEMPTS or not is_retryable(error, request):
                    raise
                if wait >= deadline.left() or not self._retry_budget.take():
                    raise
            _log.warning("A request to PostHog failed (%s); attempt %d follows.", failure, failures + 1)
            if wait:
                await self._clock.sleep(wait)
