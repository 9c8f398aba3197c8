"""The order of a page's nodes, whenever they are read."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.replay._building import Recording, element, text

CONTAINERS = (20, 30, 40)
Batch = tuple[Random, list[int]]  # what chooses the changes, and the containers that are clicked after them


class LivePage:
    """A page in a browser: the items of each container, and the changes that rrweb records."""

    def __init__(self) -> None:
        self.items: dict[int, list[int]] = {container: [] for container in CONTAINERS}
        self._gone: list[int] = []
        self._next_id = 100

    def change(self, random: Random) -> dict[str, Any]:
        """Insert, remove, move and return items. rrweb lists all removes, then all adds in any order."""
        before = {item: container for container in CONTAINERS for item in self.items[container]}
        touched: set[int] = set()
        for _ in range(random.randint(1, 3)):
            touched.add(self._change_one(random))
        adds: list[tuple[int, dict[str, Any], int | None]] = []
        for container in CONTAINERS:
            for item, following in zip(
                self.items[container], [*self.items[container][1:], None], strict=False
            ):
                if item in touched:
                    adds.append((container, element(item, "b"), following))
                    adds.append((item, text(item + 5000, str(item)), None))
        random.shuffle(adds)
        return {"removes": [(before[item], item) for item in touched if item in before], "adds": adds}

    def _change_one(self, random: Random) -> int:
        present = [item for items in self.items.values() for item in items]
        act = random.choice(["insert", "insert", "remove", "move", "return"])
        if act in ("remove", "move") and present:
            item = random.choice(present)
            next(items for items in self.items.values() if item in items).remove(item)
            if act == "remove":
                self._gone.append(item)
                return item
        elif act == "return" and self._gone:
            item = self._gone.pop(random.randrange(len(self._gone)))
        else:
            item, self._next_id = self._next_id, self._next_id + 1
        items = self.items[random.choice(CONTAINERS)]
        items.insert(random.randint(0, len(items)), item)
        return item


def opened() -> Recording:
    containers = [
        element(container, "div", role="button", data_testid=f"box-{container}") for container in CONTAINERS
    ]
    return Recording().open("/", *containers)


def names(recording: Recording) -> list[str | None]:
    """Click each container, and return the names under which these last clicks are reported."""
    for container in CONTAINERS:
        recording.click(container)
    clicks = [found for found in recording.timeline().observations if found.kind == "click"]
    return [click.target.name if click.target else None for click in clicks[-len(CONTAINERS) :]]


@given(st.lists(st.tuples(st.randoms(), st.lists(st.sampled_from(CONTAINERS))), max_size=5))
def test_reading_a_page_in_between_changes_nothing(batches: list[Batch]) -> None:
    read_at_the_end, read_in_between, page = opened(), opened(), LivePage()
    for random, clicked in batches:
        change = page.change(random)
        read_at_the_end.mutate(**change)
        read_in_between.mutate(**change)
        for container in clicked:
            read_in_between.click(container)
    expected = [" ".join(map(str, page.items[container])) or None for container in CONTAINERS]

    assert names(read_at_the_end) == names(read_in_between) == expected


def test_a_node_that_was_asked_for_leaves_the_order_of_other_children_alone() -> None:
    recording = opened().mutate(adds=[(20, element(21, "b", text(22, "first")))])
    recording.mutate(
        adds=[(20, element(23, "b", text(24, "second"))), (30, element(31, "b", text(32, "other")))]
    )

    assert recording.click(30).click(20).sentences("click") == [
        'click button "other" [box-30]',
        'click button "first second" [box-20]',
    ]
