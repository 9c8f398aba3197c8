"""One world and its model, and all that may happen in it: each step is done to both."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar
from unittest.mock import patch

import anyio
from mcp import Client, MCPError
from mcp.types import CallToolResult, ElicitResult, InputRequiredResult

from tests.mcp_client import Era, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.model import CALLERS, NAMES, STUCK, Asked, Call, Model, Token
from tests.tools.confirmation.rounds import NO, YES, Rounds, question
from tests.tools.confirmation.world import Clock, World, Write, accepting, client_of, decline, no, yes

Result = TypeVar("Result")
TOOLS = ("delete_recordings", "set_recording_sharing", "refresh_recording_sharing")
LIFETIME = 600
ANSWERS: dict[str, Callable[[str], ElicitResult]] = {
    "yes": yes,
    "no": no,
    "decline": decline,
    "empty": accepting(),
}


class Connections:
    """Clients that stay connected while the steps, which are not coroutines, call them."""

    def __init__(self) -> None:
        self.loop = asyncio.Runner()
        self._closing = asyncio.Event()
        self._held: list[asyncio.Task[None]] = []

    def open(self, *clients: Client) -> None:
        self.loop.run(self._open(clients))

    def close(self) -> None:
        self.loop.run(self._close())

    async def _open(self, clients: tuple[Client, ...]) -> None:
        self._closing = asyncio.Event()
        for client in clients:
            opened = asyncio.Event()
            self._held.append(asyncio.create_task(self._hold(client, opened)))
            await opened.wait()

    async def _hold(self, client: Client, opened: asyncio.Event) -> None:
        async with client:
            opened.set()
            await self._closing.wait()

    async def _close(self) -> None:
        self._closing.set()
        await asyncio.gather(*self._held)
        self._held.clear()


async def without_a_thread(function: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
    """The sandbox and the file ledger work in threads; here that would be most of the time."""
    return function(*arguments)


class Sequence:
    """One world, its model, and all that may happen in it."""

    def __init__(self, directory: Path, era: Era, *, lasting: bool) -> None:
        self._era: Era = era
        self._lasting = lasting
        shared = {"secret": "s" * 32, "ledger": directory / "ledger"} if lasting else {}
        self._settings = {"tools": TOOLS, **shared}  # the fewer tools, the quicker a restart
        recordings = [Recording(name) for name in NAMES]
        self._world = World(directory / "recordings", recordings, failing_deletions=[STUCK])
        self._model = Model()
        self._clock = Clock()
        self._answer: Callable[[str], ElicitResult] = no
        self._connections = Connections()
        self._tokens: list[Token] = []
        self._questions: list[Asked] = []

    def __enter__(self) -> Self:
        self._patches = ExitStack()
        self._patches.enter_context(patch("time.time", self._clock))
        self._patches.enter_context(patch("anyio.to_thread.run_sync", without_a_thread))
        self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        self._connections.close()
        self._connections.loop.close()
        self._patches.close()

    def check(self) -> None:
        """What reached PostHog is what was confirmed."""
        assert self._world.writes == self._model.writes

    def preview(self, call: Call, caller: str) -> None:
        """A client that cannot be asked calls without a token."""
        key = self._model.key(call, caller, "preview")
        result = self._call(self._machine, call, caller)
        found = re.search(r'confirmation="([^"]+)"', text_of(result))
        assert (found is None) == (key is None)
        if key is None or found is None:
            return
        if not self._model.is_open(key, found[1], self._clock.now):
            assert found[1] not in {text for text, _ in self._model.open.values()}
            self._model.open[key] = (found[1], self._clock.now + LIFETIME)
        self._tokens.append(Token(found[1], call, caller, key))

    def use(self, which: int, how: str, call: Call) -> None:
        """Any token, old or new: for its own call or another, by its owner or another, whole or cut."""
        if not self._tokens:
            return
        token = self._tokens[-1 - which % len(self._tokens)]
        match how:
            case "otherwise":
                self._use(token, call, token.caller, 1)
            case "by another":
                self._use(token, token.call, the_other(token.caller), 1)
            case "cut":
                self._call(self._machine, token.call, token.caller, token.text[:-1])
            case _:
                self._use(token, token.call, token.caller, 5 if how == "five times at once" else 1)

    def _use(self, token: Token, call: Call, caller: str, times: int) -> None:
        key = self._model.key(call, caller, "preview")
        if self._model.is_open(key, token.text, self._clock.now):
            assert key is not None
            del self._model.open[key]
            self._model.do(call)
        self._world.caller = caller
        self._run(call_at_once(self._machine, call, token.text, times))

    def ask(self, call: Call, caller: str, answer: str, meanwhile: str) -> None:
        """A whole call with a question; while it stands, the first recording may change or vanish."""
        key = self._model.key(call, caller, "question")

        def answer_it(text: str) -> ElicitResult:
            self._others(meanwhile, call[1][0])
            return ANSWERS[answer](text)

        self._answer = answer_it
        self._call(self._person, call, caller)
        if key is None:
            return
        unchanged = self._model.key(call, caller, "question") == key
        if unchanged or self._era == "legacy":
            self._model.open.pop(key, None)
        if unchanged and answer == "yes":
            self._model.do(call)

    def be_asked(self, call: Call, caller: str) -> None:
        """The first of two rounds; the answer may come later, or twice, or never."""
        key = self._model.key(call, caller, "question")
        if key is None or self._era == "legacy":
            return
        self._world.caller = caller
        asked = self._run(self._rounds(call).ask())
        if not self._model.is_open(key, question(asked), self._clock.now):
            self._model.open[key] = (question(asked), self._clock.now + LIFETIME)
        self._questions.append(Asked(asked, call, caller, key))

    def answer_later(self, which: int, by: str, *, agrees: bool) -> None:
        """Any question, answered before or not, by whom it was put to or by another."""
        if not self._questions:
            return
        asked = self._questions[-1 - which % len(self._questions)]
        caller = asked.caller if by == "the same" else the_other(asked.caller)
        key = self._model.key(asked.call, caller, "question")
        if self._model.is_open(key, question(asked.round), self._clock.now):
            assert key is not None
            del self._model.open[key]
            if agrees:
                self._model.do(asked.call)
        self._world.caller = caller
        answer = YES if agrees else NO
        self._run(answer_if_still_valid(self._rounds(asked.call), asked.round, answer))

    def happens(self, what: str, name: str) -> None:
        """Whatever else."""
        match what:
            case "time":
                self._clock.now += LIFETIME / 3
            case "long time":
                self._clock.now += LIFETIME
            case "stop sharing":
                self._stop_sharing(name)
            case "restart":
                self._restart()
            case _:
                self._others(what, name)

    def _others(self, what: str, name: str) -> None:
        """What others do in PostHog."""
        known = self._model.recordings[name]
        match what:
            case "change":
                self._world.change(name)
                known.changes += 1
            case "remove":
                self._world.remove(name)
                known.exists = False
            case "bring back":
                self._world.bring_back(name)
                known.exists = True
            case _:
                pass

    def _stop_sharing(self, name: str) -> None:
        """Nobody is asked, because nothing is destroyed or published."""
        known = self._model.recordings[name]
        if known.exists and known.public:
            known.public = False
            self._model.writes.append(Write("unshare", (name,)))
        self._run(self._machine.call_tool("set_recording_sharing", {"recording": name, "enabled": False}))

    def _restart(self) -> None:
        self._connections.close()
        if not self._lasting:
            self._model.open.clear()
        self._connect()

    def _connect(self) -> None:
        server = self._world.serve(**self._settings)
        self._machine = client_of(server, self._era)
        self._person = client_of(server, self._era, lambda text: self._answer(text))  # noqa: PLW0108 - changes
        self._connections.open(self._machine, self._person)

    def _call(self, client: Client, call: Call, caller: str, token: str | None = None) -> CallToolResult:
        self._world.caller = caller
        return self._run(client.call_tool(call[0], arguments_of(call, token)))

    def _rounds(self, call: Call) -> Rounds:
        return Rounds(self._person, call[0], **arguments_of(call))

    def _run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return self._connections.loop.run(coroutine)


def the_other(caller: str) -> str:
    return CALLERS[1 - CALLERS.index(caller)]


def arguments_of(call: Call, token: str | None = None) -> dict[str, Any]:
    tool, names = call
    confirmation = {} if token is None else {"confirmation": token}
    match tool:
        case "delete_recordings":
            return {"recordings": list(names), **confirmation}
        case "set_recording_sharing":
            return {"recording": names[0], "enabled": True, **confirmation}
        case _:
            return {"recording": names[0], **confirmation}


async def call_at_once(client: Client, call: Call, token: str, times: int) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            tasks.start_soon(client.call_tool, call[0], arguments_of(call, token))


async def answer_if_still_valid(rounds: Rounds, asked: InputRequiredResult, answer: ElicitResult) -> None:
    try:
        await rounds.answer(asked, answer)
    except MCPError as error:
        assert str(error) == "Invalid or expired requestState"  # noqa: PT017 - both are right
