"""Failures that a script causes on purpose: awaited in the browser, and written into the truth."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from recorder._truth import ConsoleLine, FailedRequest, ThrownException, Truth, now

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Page, Request, Response


class Provoking:
    """Provokes failures in the current page."""

    def __init__(self, page: Page, truth: Truth) -> None:
        self.truth = truth
        self._page = page

    @asynccontextmanager
    async def provoking_failure(self, method: str, path: str, status: int) -> AsyncGenerator[None]:
        """Expect one request to fail within the block, with this status; 0 for no response."""

        def is_meant(request: Request) -> bool:
            return request.method == method and urlsplit(request.url).path == path

        def answers_it(response: Response) -> bool:
            return is_meant(response.request)

        if status:
            async with self._page.expect_response(answers_it) as received:
                yield
            t = (await received.value).request.timing["startTime"]
        else:
            async with self._page.expect_event("requestfailed", is_meant) as failed:
                yield
            t = (await failed.value).timing["startTime"]
        self.truth.failed_requests.append(
            FailedRequest(t=round(t) if t > 0 else now(), method=method, path=path, status=status)
        )

    @asynccontextmanager
    async def provoking_rejection(self, message: str) -> AsyncGenerator[None]:
        """Expect an unhandled rejection within the block."""
        yield
        self.truth.exceptions.append(ThrownException(t=now(), message=message))

    @asynccontextmanager
    async def provoking_exception(self, message: str) -> AsyncGenerator[None]:
        """Expect an uncaught exception within the block."""
        async with self._page.expect_event("pageerror"):
            yield
        self.truth.exceptions.append(ThrownException(t=now(), message=message))

    @asynccontextmanager
    async def provoking_console(
        self, level: Literal["log", "warn", "error"], text: str
    ) -> AsyncGenerator[None]:
        """Expect a console line within the block."""

        def is_meant(line: ConsoleMessage) -> bool:
            return line.text == text

        async with self._page.expect_console_message(is_meant):
            yield
        self.truth.console.append(ConsoleLine(t=now(), level=level, text=text))
