"""What should be: the recordings, the open plans, and the requests that must have reached PostHog."""

from dataclasses import dataclass, field

from mcp.types import InputRequiredResult

from tests.tools.confirmation.world import Write

NAMES = ("a", "b", "c", "stuck")
STUCK = "stuck"
"""A recording that PostHog fails to delete: the same act can be tried on it again and again."""

CALLERS = ("alice", "bob")

Key = tuple[object, ...]
Call = tuple[str, tuple[str, ...]]
"""A tool and the recordings it is called with."""


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
            there = tuple((name, self.recordings[name].changes) for name in sorted(self.targets(call)))
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
