"""Lines that arrive late: counted by window, and sorted in as long as the ones after them wait."""

from hypothesis import given
from hypothesis import strategies as st

from recordings_mcp.replay import read_timeline
from tests.replay._building import START

ARRIVALS = st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abcd")), max_size=120)


def meta(window: str, seconds: int, number: int) -> bytes:
    """A line that shows a page of its own."""
    at = START + 1000 * seconds + number
    data = b'{"type":4,"data":{"href":"http://shop.example/%d","width":1,"height":1},"timestamp":%d}'
    return b'["%s",%s]' % (window.encode(), data % (number, at))


@given(ARRIVALS)
def test_a_line_is_late_when_a_later_one_of_its_window_came_before_it(
    arrivals: list[tuple[int, str]],
) -> None:
    newest: dict[str, int] = {}
    late = 0
    for number, (seconds, window) in enumerate(arrivals):
        at = 1000 * seconds + number
        late += at < newest.get(window, -1)
        newest[window] = max(at, newest.get(window, -1))

    timeline = read_timeline(
        meta(window, seconds, number) for number, (seconds, window) in enumerate(arrivals)
    )

    assert timeline.coverage.out_of_order == late


def test_lines_that_arrive_backwards_are_sorted_as_far_as_lines_are_held_back() -> None:
    backwards = [meta("a", 600 - number, number) for number in range(500)]

    timeline = read_timeline(backwards)

    pages = [seen.t for seen in timeline.observations if seen.kind == "page"]
    assert (len(pages), pages) == (500, sorted(pages))
    assert timeline.coverage.out_of_order == 499
