"""What actually went wrong in the browser, compared with what the script provoked."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from recorder._truth import Truth

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Chromium's own message about a failed request; the page wrote nothing.
_BROWSER_CONSOLE = "Failed to load resource"
# posthog-js handles rejected promises, so the browser does not report them.
_REPORT_REJECTIONS = (
    'addEventListener("unhandledrejection", (event) => reportRejection(event.reason.message));'
)


class ScriptFailedError(Exception):
    """A session did not go as its script says, so its recording is useless."""


@dataclass
class Witness:
    """Everything that failed, was thrown or was written to a console in one browser context."""

    failures: list[tuple[str, str, int]] = field(default_factory=list[tuple[str, str, int]])
    exceptions: list[str] = field(default_factory=list[str])
    console: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    async def watch(self, context: BrowserContext) -> None:
        """Listen to all pages of a context, present and future."""
        # Playwright leaves the callback's result untyped.
        await context.expose_binding("reportRejection", self._on_rejection)  # pyright: ignore[reportUnknownMemberType]
        await context.add_init_script(_REPORT_REJECTIONS)
        context.on("response", self._on_response)
        context.on("requestfailed", self._on_failure)
        context.on("weberror", self._on_error)
        context.on("console", self._on_console)

    def confirm(self, truth: Truth) -> None:
        """Compare with what the script provoked, in any order.

        Raises:
            ScriptFailedError: Something happened that the script did not provoke, or did not happen.
        """
        meant_failures = [(f.method, f.path, f.status) for f in truth.failed_requests]
        _same("failed requests", sorted(self.failures), sorted(meant_failures))
        _same("exceptions", sorted(self.exceptions), sorted(e.message for e in truth.exceptions))
        _same("console lines", sorted(self.console), sorted((c.level, c.text) for c in truth.console))

    def _on_response(self, response: Response) -> None:
        path = urlsplit(response.url).path
        if response.status >= HTTPStatus.BAD_REQUEST and not path.startswith("/ingest/"):
            self.failures.append((response.request.method, path, response.status))

    def _on_failure(self, request: Request) -> None:
        path = urlsplit(request.url).path
        left = (request.failure or "").endswith("ERR_ABORTED")
        if not left and not path.startswith("/ingest/"):
            self.failures.append((request.method, path, 0))

    def _on_error(self, error: WebError) -> None:
        self.exceptions.append(error.error.message)

    def _on_rejection(self, _: object, message: str) -> None:
        self.exceptions.append(message)

    def _on_console(self, line: ConsoleMessage) -> None:
        if not line.text.startswith(_BROWSER_CONSOLE):
            level = "warn" if line.type == "warning" else line.type
            self.console.append((level, line.text))


def _same(what: str, happened: object, meant: object) -> None:
    if happened != meant:
        raise ScriptFailedError(f"{what}: the script meant {meant}, but {happened} happened.")
