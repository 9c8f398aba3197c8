"""A recording that is made to cost memory is refused, or ends a process of its own, and the server goes on."""

from collections.abc import AsyncIterator

import pytest

from recordings_mcp.reading.walking import WalkInterrupted, WorkerPool
from recordings_mcp.replay import read_timeline

pytestmark = pytest.mark.anyio

NODE = b'{"type":2,"id":%d,"tagName":"p","attributes":{},"childNodes":[]}'


def snapshot(window: int, nodes: int) -> bytes:
    """A full snapshot of a page with that many nodes, in a window of its own."""
    return page(window, b",".join([NODE % number for number in range(10, nodes)]))


def page(window: int, children: bytes) -> bytes:
    """A full snapshot of a page with these nodes."""
    root = b'{"type":0,"id":1,"childNodes":[%b]}' % children
    offset = b'{"left":0,"top":0}'
    return b'["w%d",{"type":2,"data":{"node":%b,"initialOffset":%b},"timestamp":1770000000000}]' % (
        window,
        root,
        offset,
    )


async def many_pages() -> AsyncIterator[bytes]:
    for window in range(20):
        yield snapshot(window, 190_000)


async def test_pages_that_are_together_too_large_end_the_process_that_walks_them() -> None:
    async with WorkerPool(most=1, min_bytes=0) as workers:
        with pytest.raises(WalkInterrupted, match="probably for lack of memory"):
            await workers.walk(many_pages(), [])


TEXT = b'{"type":3,"id":%d,"textContent":" "}'
PICTURE = b'{"type":2,"id":9,"tagName":"img","attributes":{"src":"data:image/png;base64,%b"},"childNodes":[]}'


@pytest.mark.parametrize(
    "children",
    [b",".join(TEXT % number for number in range(10, 390_000)), PICTURE % (b"A" * 40 * 2**20)],
    ids=["380,000 texts", "a picture of 40 MiB"],
)
async def test_one_large_page_is_read_in_the_memory_of_one_process(children: bytes) -> None:
    async def one_page() -> AsyncIterator[bytes]:
        yield page(0, children)

    async with WorkerPool(most=1, min_bytes=0) as workers:
        timeline = await workers.walk(one_page(), [])

    assert (timeline.coverage.full_snapshots, timeline.coverage.limits_reached) == (1, [])


def test_a_line_of_too_many_objects_is_read_in_part_and_one_of_twice_as_many_not_at_all() -> None:
    in_part = read_timeline([snapshot(0, 100), snapshot(1, 250_000)]).coverage
    not_at_all = read_timeline([snapshot(0, 100), snapshot(1, 450_000)]).coverage

    assert (in_part.full_snapshots, in_part.undecodable) == (2, 0)
    assert in_part.limits_reached == ["Lines with more than 600,000 objects and arrays were read in part: 1"]
    assert (not_at_all.full_snapshots, not_at_all.undecodable) == (1, 1)
    assert not_at_all.limits_reached == ["Lines with more than 1,200,000 objects and arrays were not read: 1"]
