"""`python -m recorder [NAME …]`: record the demo shop's sessions again, all or those named."""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, Error, async_playwright

from recorder._library import install_posthog_js
from recorder._posts import Mailbox
from recorder._programme import SESSIONS
from recorder._save import save
from recorder._session import Session, record
from recorder._shop import open_shop
from recorder._witness import ScriptFailedError

RECORDINGS = Path(__file__).parent.parent / "sandbox" / "recordings"
_AT_ONCE = 6
_ATTEMPTS = 3


def main() -> int:
    """Record. Return 1 if a session did not go as scripted; exit with 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="python -m recorder", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="sessions to record; all when none is named")
    names = parser.parse_args().names
    chosen = [session for session in SESSIONS if not names or session.name in names]
    if unknown := set(names) - {session.name for session in chosen}:
        parser.error(f"no session is called {', '.join(sorted(unknown))}")
    browser = shutil.which("chromium")
    if browser is None:
        print("Chromium is needed: install your distribution's package `chromium`.", file=sys.stderr)
        return 1
    return asyncio.run(_record_all(chosen, browser))


async def _record_all(sessions: Sequence[Session], executable: str) -> int:
    mailbox = Mailbox()
    with open_shop(install_posthog_js(), mailbox) as shop:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=executable, args=_browser_arguments(shop.server_port)
            )
            places = asyncio.Semaphore(_AT_ONCE)
            recorded = await asyncio.gather(*(_record(s, browser, mailbox, places) for s in sessions))
            await browser.close()
    print(f"{sum(recorded)} of {len(sessions)} sessions recorded in {RECORDINGS.name}/")
    return 0 if all(recorded) else 1


async def _record(session: Session, browser: Browser, mailbox: Mailbox, places: asyncio.Semaphore) -> bool:
    async with places:
        # A page may unload while posthog-js is sending, and what it sent is lost: that needs another go.
        for _ in range(_ATTEMPTS):
            try:
                recorded = await record(session, browser, mailbox)
            except (ScriptFailedError, Error) as problem:
                print(f"{session.name}: {problem}", file=sys.stderr)
            else:
                save(recorded, RECORDINGS / session.name)
                print(f"{session.name}: {len(recorded.truth.actions)} acts")
                return True
    return False


def _browser_arguments(port: int) -> list[str]:
    return [
        # A name without a port: posthog-js records no network requests of localhost.
        f"--host-resolver-rules=MAP shop.example:80 127.0.0.1:{port}",
        # posthog-js ignores browsers that say they are driven.
        "--disable-blink-features=AutomationControlled",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]


if __name__ == "__main__":
    sys.exit(main())
