"""The order of nodes in the page that the timeline rebuilds, compared with the page that rrweb plays."""

from collections.abc import Sequence

from recordings_mcp.replay.page.mirror import Mirror
from recordings_mcp.replay.page.targets import target_of
from recordings_mcp.replay.work import Work
from tests.oracle.events import Event

Children = dict[int, tuple[list[int], list[int]]]

_FULL_SNAPSHOT, _INCREMENTAL, _MUTATION = 2, 3, 0


class Rebuilt:
    """A window's page, rebuilt from its events."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self._next = 0
        self._mirror = Mirror(lambda _: None, Work())
        self._root: int | None = None

    def seek(self, index: int) -> None:
        """Apply the events before this one."""
        for event in self._events[self._next : index]:
            if event["type"] == _FULL_SNAPSHOT:
                self._mirror.reset(event["data"]["node"])
                self._root = event["data"]["node"]["id"]
            elif event["type"] == _INCREMENTAL and event["data"].get("source") == _MUTATION:
                self._mirror.change(event["data"])
        self._next = max(index, self._next)

    def read(self, node_id: int) -> None:
        """Read what names a node, which must change nothing."""
        target_of(self._mirror, node_id)

    def differing(self, played: Children) -> list[int]:
        """Return the nodes whose children differ from those of the played page, of those in both."""
        differing: list[int] = []
        waiting = [self._root] if self._root is not None else []
        while waiting:
            node_id = waiting.pop()
            node = self._mirror.node(node_id)
            children = self._mirror.children(node) if node else ()
            light = [child["id"] for child in children if not child.get("isShadow")]
            shadow = [child["id"] for child in children if child.get("isShadow")]
            if node_id in played and played[node_id] != (light, shadow):
                differing.append(node_id)
            waiting += light + shadow
        return differing
