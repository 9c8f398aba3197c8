"""One session from the first page to the four files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from recorder._cast import Device, Shopper
from recorder._confirm import confirm_recording
from recorder._person import Person
from recorder._posts import Mailbox, Message
from recorder._truth import Truth
from recorder._witness import Witness

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

# How long posthog-js may take to send the last of a session after its pages were left, in seconds.
_LAST_POSTS = 2.5
# posthog-js ignores robots. Playwright's user agent is gone while a page unloads, and what it sends then
# would be ignored, so the page gets the device's own answer at all times.
_DISGUISE = """
Object.defineProperty(Navigator.prototype, "userAgentData", { get: () => undefined, configurable: true });
Object.defineProperty(Navigator.prototype, "userAgent", { get: () => %s, configurable: true });
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session to record: who does what with which device.

    `recording_options` and `analytics_options` go to posthog-js's `session_recording` and its configuration,
    on top of those of shop/static/analytics.js. `cart` has the products that are in the cart already.
    """

    name: str
    fate: str
    shopper: Shopper
    device: Device
    script: Callable[[Person], Awaitable[None]]
    recording_options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    analytics_options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    cart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """The result: the truth of the script, and all that posthog-js sent."""

    session: Session
    session_id: str
    truth: Truth
    messages: list[Message]


async def record(session: Session, browser: Browser, mailbox: Mailbox) -> RecordedSession:
    """Run a session in its own browser context and return the result.

    Raises:
        ScriptFailedError: The session did not go as scripted.
    """
    context = await _new_context(session, browser)
    witness = Witness()
    await witness.watch(context)
    truth = Truth(session.name, session.fate)
    page = await context.new_page()
    person = Person(page, truth, touch=session.device.touch, random=Random(session.name))
    try:
        await session.script(person)
        session_id = await _session_id(page)
        await person.leave()
        await asyncio.sleep(_LAST_POSTS)
    finally:
        await context.close()
    witness.confirm(truth)
    messages = mailbox.of_session(session_id)
    confirm_recording(truth, messages)
    return RecordedSession(session, session_id, truth, messages)


async def _new_context(session: Session, browser: Browser) -> BrowserContext:
    device, shopper = session.device, session.shopper
    context = await browser.new_context(
        user_agent=device.user_agent,
        viewport={"width": device.width, "height": device.height},
        screen={"width": device.width, "height": device.height},
        device_scale_factor=device.scale,
        has_touch=device.touch,
        is_mobile=device.touch,
        locale=shopper.locale,
        timezone_id=shopper.timezone,
    )
    await context.add_init_script(_DISGUISE % json.dumps(device.user_agent) + _preparation(session))
    return context


def _preparation(session: Session) -> str:
    shopper = session.shopper
    lines = [
        f"window.recordingOptions = {json.dumps(session.recording_options)};",
        f"window.analyticsOptions = {json.dumps(session.analytics_options)};",
    ]
    if shopper.customer:
        account = {
            "id": shopper.customer,
            "email": shopper.email,
            "name": shopper.name,
            "plan": shopper.plan,
        }
        lines.append(_remember("account", account))
    if session.cart:
        lines.append(_remember("cart", [{"slug": slug, "quantity": 1} for slug in session.cart]))
    return "\n".join(lines)


def _remember(key: str, value: object) -> str:
    # Only once: what the person changes afterwards must stay. about:blank has no storage.
    stored = json.dumps(json.dumps(value))
    return (
        f'if (location.origin !== "null" && !localStorage.getItem("prepared {key}")) {{'
        f'localStorage.setItem("prepared {key}", "yes"); localStorage.setItem("{key}", {stored}); }}'
    )


async def _session_id(page: Page) -> str:
    session_id: str = await page.evaluate("() => window.posthog.get_session_id()")
    return session_id
