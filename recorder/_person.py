"""A scripted person: every act is done in the browser and written into the truth in one place."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from recorder._hands import Hands
from recorder._provoking import Provoking
from recorder._truth import Action, PageVisit, Truth, now

if TYPE_CHECKING:
    from playwright.async_api import Frame, Locator, Page

Role = Literal[
    "button", "checkbox", "combobox", "heading", "img", "link", "radio", "searchbox", "spinbutton", "textbox"
]
ORIGIN = "http://shop.example"
# posthog-js decides after 2,750 ms that nothing came of a click.
_DEAD_CLICK_SECONDS = 4
# A headless browser keeps all its tabs visible, so this sets the visibility that a person would see.
_BECOME = """(state) => {
    Object.defineProperty(document, "visibilityState", { get: () => state, configurable: true });
    Object.defineProperty(document, "hidden", { get: () => state === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
_RECORDING = "() => Boolean(window.posthog && window.posthog.sessionRecordingStarted())"
_WINDOW = "() => window.posthog.sessionManager.checkAndGetSessionAndWindowId(true).windowId"


class Person(Provoking):
    """Uses the shop through accessible roles and names, as fast as a person would."""

    def __init__(self, page: Page, truth: Truth, *, touch: bool, random: Random) -> None:
        super().__init__(page, truth)
        self._pages = [page]
        self._window = ""
        self._random = random
        self._touch = touch
        self._hands = Hands(page, touch=touch, random=random)
        self._came_up: dict[str, float] = {}
        page.on("framenavigated", self._note_time)

    async def open(self, path: str) -> None:
        """Type an address."""
        t = now()
        await self._page.goto(ORIGIN + path, wait_until="commit")
        await self._arrive(path, None)
        self._did("open", detail=path, t=t)

    async def click(
        self,
        role: Role,
        name: str,
        *,
        leads_to: str | None = None,
        look: float | None = None,
        frame: str | None = None,
    ) -> None:
        """Click, or tap on a phone.

        `leads_to` is the path of the page that comes up then, and `look` for how many seconds the person
        takes it in; `frame` is the title of the inline frame in which the target is.
        """
        await self._press(role, name, frame=frame)
        if leads_to is not None:
            await self.is_taken_to(leads_to, look=look)

    async def is_taken_to(self, path: str, *, look: float | None = None) -> None:
        """Wait until another page comes up, without doing anything."""
        await self._page.wait_for_url(lambda url: urlsplit(url).path == path, wait_until="commit")
        await self._arrive(path, look)

    async def double_click(self, role: Role, name: str) -> None:
        """Click twice in quick succession."""
        target = await self._reach(role, name)
        self._did("double_click", role, name)
        await target.dblclick(delay=40)

    async def right_click(self, role: Role, name: str) -> None:
        """Ask for the context menu."""
        target = await self._reach(role, name)
        self._did("context_menu", role, name)
        await target.click(button="right", delay=60)

    async def rage_click(self, role: Role, name: str, times: int) -> None:
        """Click again and again, a tenth of a second apart, because nothing happens."""
        target = await self._reach(role, name)
        for _ in range(times):
            self._did("click", role, name)
            await target.click(delay=30)
            await asyncio.sleep(0.1)
        self.truth.rage_clicks += 1
        await asyncio.sleep(_DEAD_CLICK_SECONDS)

    async def dead_click(self, role: Role, name: str) -> None:
        """Click something that does nothing, and wait in vain."""
        await self._press(role, name)
        self.truth.dead_clicks += 1
        await asyncio.sleep(_DEAD_CLICK_SECONDS)

    async def type(self, role: Role, name: str, text: str, *, frame: str | None = None) -> None:
        """Click into a field and type."""
        await self._press(role, name, frame=frame)
        self._did("type", role, name, detail=text)
        await self._page.keyboard.type(text, delay=self._random.uniform(55, 95))

    async def erase(self, role: Role, name: str) -> None:
        """Empty a field with the keyboard."""
        await self._press(role, name)
        self._did("type", role, name, detail="erased")
        await self._page.keyboard.press("ControlOrMeta+a")
        await asyncio.sleep(0.15)
        await self._page.keyboard.press("Backspace")

    async def select(self, name: str, option: str) -> None:
        """Go to a select with the keyboard and choose with the arrow keys."""
        target = self._find("combobox", name)
        await self._bring_into_view(target)
        await self._hands.hesitate()
        await target.focus()
        self._did("select", "combobox", name, detail=option)
        await self._hands.choose(target, option)

    async def scroll(self, direction: Literal["up", "down"], pixels: int = 600) -> None:
        """Scroll the page with the wheel or a finger."""
        await self._scroll(pixels if direction == "down" else -pixels)

    async def back(self, leads_to: str) -> None:
        """Use the browser's back button."""
        self._did("back", detail=leads_to)
        await self._page.go_back(wait_until="commit")
        await self.is_taken_to(leads_to)

    async def click_into_new_tab(self, role: Role, name: str, path: str) -> None:
        """Follow a link that opens a second window of the same session."""
        async with self._page.expect_popup() as opened:
            await self._press(role, name)
        page = await opened.value
        self._came_up[path] = now()
        page.on("framenavigated", self._note_time)
        self._pages.append(page)
        await self._page.evaluate(_BECOME, "hidden")
        self._take(len(self._pages) - 1)
        await self.is_taken_to(path)
        self._did("new_tab", detail=path)

    async def switch_to_tab(self, index: int) -> None:
        """Switch to another of the open tabs; the first is 0."""
        await self._page.evaluate(_BECOME, "hidden")
        self._take(index)
        self._window = await self._page.evaluate(_WINDOW)
        self._did("switch_tab")
        await self._page.bring_to_front()
        await self._page.evaluate(_BECOME, "visible")

    async def read(self, seconds: float = 2.0) -> None:
        """Look at the page, with small mouse movements."""
        await self._hands.fidget(seconds)

    async def idle(self, seconds: float) -> None:
        """Do nothing for a while."""
        self._did("idle", detail=f"{seconds:g} s")
        await asyncio.sleep(seconds)

    async def sees(self, text: str) -> None:
        """Wait until a text is on the page."""
        await self._page.get_by_text(text).first.wait_for()

    async def leave(self) -> None:
        """Close all tabs, so that posthog-js can send what is left."""
        for page in self._pages:
            await page.goto("about:blank")

    async def loses_connection(self) -> None:
        """Go offline."""
        self._did("offline")
        await self._page.context.set_offline(offline=True)

    async def regains_connection(self) -> None:
        """Go online again."""
        self._did("online")
        await self._page.context.set_offline(offline=False)

    async def _press(self, role: Role, name: str, *, frame: str | None = None) -> None:
        target = await self._reach(role, name, frame)
        self._did("tap" if self._touch else "click", role, name)
        if self._touch:
            await target.tap()
        else:
            await target.click(delay=self._random.uniform(50, 90))

    async def _reach(self, role: Role, name: str, frame: str | None = None) -> Locator:
        target = self._find(role, name, frame)
        await self._bring_into_view(target)
        await self._hands.hesitate()
        await self._hands.move_to(target)
        return target

    def _find(self, role: Role, name: str, frame: str | None = None) -> Locator:
        scope = self._page.frame_locator(f'iframe[title="{frame}"]') if frame else self._page
        return scope.get_by_role(role, name=name, exact=True)

    async def _bring_into_view(self, target: Locator) -> None:
        await target.wait_for()
        distance = await self._hands.distance_out_of_view(target)
        if distance:
            await self._scroll(distance)

    async def _scroll(self, pixels: float) -> None:
        before = await self._page.evaluate("scrollY")
        self._did("scroll", detail="down" if pixels > 0 else "up")
        await self._hands.scroll(pixels)
        await self._page.wait_for_function("(before) => scrollY !== before", arg=before)

    async def _arrive(self, path: str, look: float | None) -> None:
        await self._page.wait_for_function(_RECORDING)
        self._window = await self._page.evaluate(_WINDOW)
        self.truth.pages.append(PageVisit(t=self._came_up[path], window=self._window, path=path))
        await self._hands.fidget(self._random.uniform(1.0, 1.8) if look is None else look)

    def _note_time(self, frame: Frame) -> None:
        if frame.parent_frame is None:
            self._came_up[urlsplit(frame.url).path] = now()

    def _take(self, index: int) -> None:
        self._page = self._pages[index]
        self._hands = Hands(self._page, touch=self._touch, random=self._random)

    def _did(
        self,
        action: str,
        role: Role | None = None,
        target: str | None = None,
        *,
        detail: str | None = None,
        t: float | None = None,
    ) -> None:
        act = Action(
            t=now() if t is None else t,
            action=action,
            window=self._window,
            role=role,
            target=target,
            detail=detail,
        )
        self.truth.actions.append(act)
