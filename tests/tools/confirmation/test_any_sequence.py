"""Whatever the order of plans, confirmations, changes, restarts and callers: what was confirmed is done, once.

A model says after each step which requests must have reached PostHog; nothing else may have. Steps are real
calls of tools by MCP clients to a server before the sandbox. `CONFIRMATION_EXAMPLES=1000` runs more sequences.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import anyio
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from mcp import Client, MCPError
from mcp.types import CallToolResult, ElicitResult, InputRequiredResult

from tests.mcp_client import Era, text_of
from tests.sandbox.shop import Recording
from tests.tools.confirmation.test_replays import NO, YES, Rounds, question
from tests.tools.confirmation.world import Clock, World, Write, accepting, client_of, decline, no, yes

NAMES = ("a", "b", "c", "stuck")
STUCK = "stuck"
"""A recording that PostHog fails to delete: the same act can be tried on it again and again."""

TOOLS = ("delete_recordings", "set_recording_sharing", "refresh_recording_sharing")
CALLERS = ("alice", "bob")
LIFETIME = 600
STEPS_BETWEEN_RESTARTS = 10

Result = TypeVar("Result")
Key = tuple[object, ...]
Call = tuple[str, tuple[str, ...]]
"""A tool and the recordings it is called with."""

TARGETS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple)
CALLS: st.SearchStrategy[Call] = st.one_of(
    st.tuples(st.just("delete_recordings"), TARGETS),
    st.tuples(st.just("set_recording_sharing"), st.sampled_from(NAMES).map(lambda name: (name,))),
    st.tuples(st.just("refresh_recording_sharing"), st.sampled_from(NAMES).map(lambda name: (name,))),
)
ANSWERS: dict[str, Callable[[str], ElicitResult]] = {
    "yes": yes,
    "no": no,
    "decline": decline,
    "empty": accepting(),
}


@dataclass
class Known:
    """What the model knows of a recording."""

    exists: bool = True
    changes: int = 0
    public: bool = False
    ever_public: bool = False
    links: int = 0


@dataclass(frozen=True)
class Token:
    """A token as it was given out, and for what."""

    text: str
    call: Call
    caller: str
    key: Key


@dataclass(frozen=True)
class Asked:
    """A question as it was asked, and for what."""

    round: InputRequiredResult
    call: Call
    caller: str
    key: Key


@dataclass
class Model:
    """What should be: the recordings, the open plans, and the writes so far."""

    recordings: dict[str, Known] = field(default_factory=lambda: {name: Known() for name in NAMES})
    open: dict[Key, tuple[str, float]] = field(default_factory=dict[Key, tuple[str, float]])
    writes: list[Write] = field(default_factory=list[Write])

    def key(self, call: Call, caller: str, way: str) -> Key | None:
        """What a plan for a call is bound to now; None when there is nothing to do."""
        tool, names = call
        if tool == "delete_recordings":
            there = tuple((name, self.recordings[name].changes) for name in self.targets(call))
            return (tool, tuple(sorted(set(names))), caller, way, there) if there else None
        known = self.recordings[names[0]]
        done = known.public if tool == "set_recording_sharing" else not known.ever_public
        if done or not known.exists:
            return None
        link = known.links if known.public else None
        return (tool, names, caller, way, known.changes, known.public, known.ever_public, link)

    def targets(self, call: Call) -> tuple[str, ...]:
        """The recordings of a call that are there, each once."""
        return tuple(name for name in dict.fromkeys(call[1]) if self.recordings[name].exists)

    def is_open(self, key: Key | None, text: str, now: float) -> bool:
        """Whether this plan is open for exactly this."""
        known, expires = self.open.get(key or (), ("", 0.0))
        return known == text and now < expires

    def do(self, call: Call) -> None:
        """The call's act reaches PostHog."""
        tool, names = call
        match tool:
            case "delete_recordings":
                self.writes.append(Write("delete", self.targets(call)))
                for name in self.targets(call):
                    self.recordings[name].exists = name == STUCK
            case "set_recording_sharing":
                self.writes.append(Write("share", names))
                known = self.recordings[names[0]]
                known.public = known.ever_public = True
            case _:
                self.writes.append(Write("renew", names))
                self.recordings[names[0]].links += 1


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

    async def _open(self, clients: Sequence[Client]) -> None:
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


class AnySequence(RuleBasedStateMachine):
    """One world, its model, and all that may happen in it."""

    tokens = Bundle("tokens")
    questions = Bundle("questions")

    def __init__(self) -> None:
        super().__init__()
        self._directory = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self._patches = ExitStack()
        self._patches.enter_context(patch("time.time", self.clock))
        self._patches.enter_context(patch("anyio.to_thread.run_sync", without_a_thread))
        here = Path(self._directory.name)
        recordings = [Recording(name) for name in NAMES]
        self.world = World(here / "recordings", recordings, failing_deletions=[STUCK])
        self.model = Model()
        self.steps = 0
        self._answer: Callable[[str], ElicitResult] = no
        self._connections = Connections()

    @initialize(era=st.sampled_from(("auto", "legacy")), lasting=st.booleans())
    def start(self, era: Era, lasting: bool) -> None:  # noqa: FBT001 - drawn
        self.era: Era = era
        self.lasting = lasting
        shared = {"secret": "s" * 32, "ledger": Path(self._directory.name) / "ledger"} if lasting else {}
        self.settings = {"tools": TOOLS, **shared}  # the fewer tools, the quicker a restart
        self.connect()

    def connect(self) -> None:
        server = self.world.serve(**self.settings)
        self.machine = client_of(server, self.era)
        self.person = client_of(server, self.era, self.answer_now)
        self._connections.open(self.machine, self.person)

    def answer_now(self, text: str) -> ElicitResult:
        return self._answer(text)

    def teardown(self) -> None:
        self._connections.close()
        self._connections.loop.close()
        self._patches.close()
        self._directory.cleanup()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return self._connections.loop.run(coroutine)

    def call(self, client: Client, call: Call, caller: str, token: str | None = None) -> CallToolResult:
        self.world.caller = caller
        return self.run(client.call_tool(call[0], arguments_of(call, token)))

    @invariant()
    def the_writes_are_those_that_were_confirmed(self) -> None:
        self.steps += 1
        assert self.world.writes == self.model.writes

    @rule(target=tokens, call=CALLS, caller=st.sampled_from(CALLERS))
    def preview(self, call: Call, caller: str) -> Any:
        key = self.model.key(call, caller, "preview")
        result = self.call(self.machine, call, caller)
        found = re.search(r'confirmation="([^"]+)"', text_of(result))
        assert (found is None) == (key is None)
        if key is None or found is None:
            return multiple()
        given = found[1]
        if not self.model.is_open(key, given, self.clock.now):
            assert given not in {text for text, _ in self.model.open.values()}
            self.model.open[key] = (given, self.clock.now + LIFETIME)
        return Token(given, call, caller, key)

    @rule(token=tokens, times=st.sampled_from((1, 1, 1, 5)))
    def use(self, token: Token, times: int) -> None:
        """Honestly, once or at once several times."""
        self.use_for(token, token.call, token.caller, times)

    @rule(token=tokens, call=CALLS, caller=st.sampled_from(CALLERS))
    def use_elsewhere(self, token: Token, call: Call, caller: str) -> None:
        """For another call, or as another caller."""
        self.use_for(token, call, caller, 1)

    @rule(token=tokens, cut=st.integers(0, 31))
    def use_a_cut_one(self, token: Token, cut: int) -> None:
        self.call(self.machine, token.call, token.caller, token.text[:cut])

    def use_for(self, token: Token, call: Call, caller: str, times: int) -> None:
        key = self.model.key(call, caller, "preview")
        if self.model.is_open(key, token.text, self.clock.now):
            assert key is not None
            del self.model.open[key]
            self.model.do(call)
        self.world.caller = caller
        self.run(call_at_once(self.machine, call, token.text, times))

    @rule(
        call=CALLS,
        caller=st.sampled_from(CALLERS),
        answer=st.sampled_from(sorted(ANSWERS)),
        meanwhile=st.sampled_from(("nothing", "nothing", "change", "remove")),
    )
    def ask_a_person(self, call: Call, caller: str, answer: str, meanwhile: str) -> None:
        """A whole call with a question; while it stands, the first recording may change or vanish."""
        key = self.model.key(call, caller, "question")

        def answer_it(text: str) -> ElicitResult:
            self.happens(meanwhile, call[1][0])
            return ANSWERS[answer](text)

        self._answer = answer_it
        self.call(self.person, call, caller)
        if key is None:
            return
        unchanged = self.model.key(call, caller, "question") == key
        if unchanged or self.era == "legacy":
            self.model.open.pop(key, None)
        if unchanged and answer == "yes":
            self.model.do(call)

    @precondition(lambda self: self.era == "auto")
    @rule(target=questions, call=CALLS, caller=st.sampled_from(CALLERS))
    def be_asked(self, call: Call, caller: str) -> Any:
        """The first round only; the answer may come later, or twice, or never."""
        key = self.model.key(call, caller, "question")
        if key is None:
            return multiple()
        self.world.caller = caller
        asked = self.run(self.rounds(call).ask())
        if not self.model.is_open(key, question(asked), self.clock.now):
            self.model.open[key] = (question(asked), self.clock.now + LIFETIME)
        return Asked(asked, call, caller, key)

    @rule(asked=questions, agrees=st.booleans())
    def answer_later(self, asked: Asked, agrees: bool) -> None:  # noqa: FBT001 - drawn
        self.answer_as(asked, asked.caller, agrees=agrees)

    @rule(asked=questions, caller=st.sampled_from(CALLERS))
    def answer_as_anyone(self, asked: Asked, caller: str) -> None:
        self.answer_as(asked, caller, agrees=True)

    def answer_as(self, asked: Asked, caller: str, *, agrees: bool) -> None:
        key = self.model.key(asked.call, caller, "question")
        if self.model.is_open(key, question(asked.round), self.clock.now):
            assert key is not None
            del self.model.open[key]
            if agrees:
                self.model.do(asked.call)
        self.world.caller = caller
        answer = YES if agrees else NO
        self.run(answer_if_still_valid(self.rounds(asked.call), asked.round, answer))

    def rounds(self, call: Call) -> Rounds:
        return Rounds(self.person, call[0], **arguments_of(call))

    @rule(name=st.sampled_from(NAMES))
    def stop_sharing(self, name: str) -> None:
        """Nobody is asked, because nothing is destroyed or published."""
        known = self.model.recordings[name]
        if known.exists and known.public:
            known.public = False
            self.model.writes.append(Write("unshare", (name,)))
        self.world.caller = "alice"
        self.run(self.machine.call_tool("set_recording_sharing", {"recording": name, "enabled": False}))

    @rule(what=st.sampled_from(("change", "change", "remove")), name=st.sampled_from(NAMES))
    def something_happens(self, what: str, name: str) -> None:
        self.happens(what, name)

    def happens(self, what: str, name: str) -> None:
        known = self.model.recordings[name]
        if what == "change":
            self.world.change(name)
            known.changes += 1
        elif what == "remove" and name != STUCK:
            self.world.remove(name)
            known.exists = False

    @rule(seconds=st.sampled_from((1, 299, 301, 600)))
    def time_passes(self, seconds: int) -> None:
        self.clock.now += seconds

    @precondition(lambda self: self.steps >= STEPS_BETWEEN_RESTARTS)
    @rule()
    def restart(self) -> None:
        self.steps = 0
        self._connections.close()
        if not self.lasting:
            self.model.open.clear()
        self.connect()


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


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(
    max_examples=int(os.environ.get("CONFIRMATION_EXAMPLES", "40")),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
