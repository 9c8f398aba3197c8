"""Ask rrweb's own player in Chromium what each click hit, and compare its role and name with the timeline's.

Exits with 1 if a role differs, or more than one name in 200, or if the nodes of a page are in another order.
"""

import argparse
import shutil
import sys
from collections import Counter
from pathlib import Path

from playwright.sync_api import Error

from recordings_mcp.replay import NotARecording, target_text
from tests.oracle.comparing import same_name, same_role
from tests.oracle.player import Players, install_player
from tests.oracle.recordings import Answer, answers, name_of, recordings_in

_OURS = Path(__file__).parents[2] / "sandbox" / "recordings"
_NAMES_AT_LEAST = 0.995


def main() -> int:
    """Compare; print each difference, then the sums."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument(
        "places", nargs="*", type=Path, default=[_OURS], help="recordings, or folders of them"
    )
    parser.add_argument(
        "--clicks", type=int, default=1000, metavar="N", help="at most so many in each window"
    )
    options = parser.parse_args()
    browser = shutil.which("chromium")
    if browser is None:
        _print("Chromium is needed: install your distribution's package `chromium`.")
        return 2
    install_player()
    counts = Counter[str]()
    with Players.launched(browser) as players:
        for path in [path for place in options.places for path in recordings_in(place)]:
            try:
                for answer in answers(path, players, at_most=options.clicks):
                    _judge(answer, counts)
            except (NotARecording, ValueError, Error) as error:
                _print(f"{name_of(path)}: not compared: {str(error).splitlines()[0]}")
    controls = counts["on controls"]
    roles, names = counts["roles"] / (controls or 1), counts["names"] / (controls or 1)
    _print(", ".join(f"{count} {what}" for what, count in counts.items()))
    _print(f"role {roles:.1%}, name {names:.2%}")
    return 0 if controls and roles == 1 and names >= _NAMES_AT_LEAST and not counts["in another order"] else 1


def _judge(answer: Answer, counts: Counter[str]) -> None:
    """Count an answer; print where the timeline and Chromium differ."""
    when = f"{answer.recording} {answer.seconds:.1f} s"
    counts["clicks"] += 1
    if answer.differing:
        counts["in another order"] += 1
        _print(f"order: {when}: the children of {answer.differing[:10]}")
    control = answer.control
    if control is None:
        counts["on no control"] += 1
    elif not answer.ours:
        counts["not in the timeline"] += 1
        _print(f'not in the timeline: {when}, node {answer.node_id}: {control.role} "{control.name[:80]}"')
    else:
        has_role = any(same_role(target, control) for target in answer.ours)
        has_name = any(same_name(target, control) for target in answer.ours)
        counts["on controls"] += 1
        counts["roles"] += has_role
        counts["names"] += has_name
        if not has_role or not has_name:
            ours = ", ".join(target_text(target) for target in answer.ours)
            theirs = f'{control.role} "{control.name[:80]}"'
            what = "name" if has_role else "role"
            _print(f"{what}: {when}, node {answer.node_id}: {ours} | Chromium: {theirs}")


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command a person runs prints


if __name__ == "__main__":
    sys.exit(main())
