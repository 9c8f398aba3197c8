"""A recording that is made to cost memory is refused, or ends a process of its own, and the server goes on."""

from collections.abc import AsyncIterator

import pytest

from recordings_mcp.reading.walking import WalkInterrupted, WorkerPool
from recordings_mcp.replay import read_timeline

pytestmark = pytest.mark.anyio

NODE = b'{"type":2,"id":%d,"tagName":"p","attributes":{},"childNodes":[]}'


def snapshot(window: int, nodes: int) -> bytes:
    """A full snapshot of a page with that many nodes, in a window of its own."""
    children = b",".join([NODE % number for number in range(10, nodes)])
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


def test_a_line_of_too_many_objects_is_read_in_part_and_one_of_twice_as_many_not_at_all() -> None:
    in_part = read_timeline([snapshot(0, 100), snapshot(1, 250_000)]).coverage
    not_at_all = read_timeline([snapshot(0, 100), snapshot(1, 450_000)]).coverage

    assert (in_part.full_snapshots, in_part.undecodable) == (2, 0)
    assert in_part.limits_reached == ["Lines with more than 600,000 objects and arrays were read in part: 1"]
    assert (not_at_all.full_snapshots, not_at_all.undecodable) == (1, 1)
    assert not_at_all.limits_reached == ["Lines with more than 1,200,000 objects and arrays were not read: 1"]
