"""How a person moves: the pointer, the wheel, a finger, and the pauses in between."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Locator, Page

# A target whose middle is this near to the edge of the window is out of reach, in pixels.
_MARGIN = 15
_WHEEL_STEP = 120
_SWIPE_STEP = 30
# A page knows how far it was scrolled when it is drawn the next time.
_NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Hands:
    """Pointer, wheel and finger movements in one page, none of which is an action."""

    def __init__(self, page: Page, *, touch: bool, random: Random) -> None:
        self._page = page
        self._touch = touch
        self._random = random

    async def hesitate(self) -> None:
        """Wait for the moment between seeing a thing and touching it."""
        await asyncio.sleep(self._random.uniform(0.35, 0.8))

    async def move_to(self, target: Locator) -> None:
        """Move the pointer over a target; a finger does not move there."""
        box = await target.bounding_box()
        if self._touch or box is None:
            return
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self._page.mouse.move(x, y, steps=self._random.randint(6, 14))

    async def fidget(self, seconds: float) -> None:
        """Let time pass, with small moves of the mouse."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            if not self._touch:
                await self._wander()
            await asyncio.sleep(min(left, self._random.uniform(0.3, 0.7)))

    async def scroll(self, pixels: float) -> None:
        """Scroll by a number of pixels, downwards if positive."""
        if self._touch:
            await self._swipe(pixels)
        else:
            await self._turn_wheel(pixels)
        await asyncio.sleep(0.3)
        await self._page.evaluate(_NEXT_FRAME)

    async def distance_out_of_view(self, target: Locator) -> float:
        """Return the pixels to scroll until the target is in the middle; 0 if it is in view."""
        box = await target.bounding_box()
        if box is None:
            return 0
        height = self._height()
        middle = box["y"] + box["height"] / 2
        if _MARGIN <= middle <= height - _MARGIN:
            return 0
        return middle - height / 2

    async def choose(self, target: Locator, option: str) -> None:
        """Press the arrow key until a focused select shows the option."""
        labels = await target.locator("option").all_inner_texts()
        chosen: int = await target.evaluate("select => select.selectedIndex")
        distance = labels.index(option) - chosen
        for _ in range(abs(distance)):
            await self._page.keyboard.press("ArrowDown" if distance > 0 else "ArrowUp")
            await asyncio.sleep(self._random.uniform(0.18, 0.3))

    async def _wander(self) -> None:
        width, height = self._width(), self._height()
        x, y = self._random.uniform(0.2, 0.8) * width, self._random.uniform(0.3, 0.8) * height
        await self._page.mouse.move(x, y, steps=self._random.randint(3, 7))

    async def _turn_wheel(self, pixels: float) -> None:
        while abs(pixels) > 1:
            step = max(-_WHEEL_STEP, min(_WHEEL_STEP, pixels))
            await self._page.mouse.wheel(0, step)
            pixels -= step
            await asyncio.sleep(0.06)

    async def _swipe(self, pixels: float) -> None:
        session = await self._page.context.new_cdp_session(self._page)
        reach = 0.6 * self._height()
        while abs(pixels) > 1:
            stroke = max(-reach, min(reach, pixels))
            await self._stroke(session, stroke)
            pixels -= stroke
            await asyncio.sleep(0.4)
        await session.detach()

    async def _stroke(self, session: CDPSession, pixels: float) -> None:
        """Move the finger once: from low to scroll down, from high to scroll up."""
        x, y = self._width() * 0.5, self._height() * (0.8 if pixels > 0 else 0.2)
        steps = max(3, round(abs(pixels) / _SWIPE_STEP))
        await _touch(session, "touchStart", x, y)
        for step in range(1, steps + 1):
            await _touch(session, "touchMove", x, y - pixels * step / steps)
            await asyncio.sleep(0.03)
        await _touch(session, "touchEnd")

    def _width(self) -> int:
        viewport = self._page.viewport_size
        return viewport["width"] if viewport else 0

    def _height(self) -> int:
        viewport = self._page.viewport_size
        return viewport["height"] if viewport else 0


async def _touch(session: CDPSession, kind: str, *position: float) -> None:
    points = [{"x": position[0], "y": position[1]}] if position else []
    touch = {"type": kind, "touchPoints": points}
    # Playwright leaves the protocol's answers untyped.
    await session.send("Input.dispatchTouchEvent", touch)  # pyright: ignore[reportUnknownMemberType]
