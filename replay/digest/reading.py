"""What the texts of an observation say, as values."""

import re
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from recordings_mcp.replay.digest.vocabulary import Purpose, looks_around, purpose_of, words_of
from recordings_mcp.replay.model import Observation

Role = Literal["button", "link", "field", "search field", "choice", "tab", "page", "element"]
"""What a control is, in the words of this project, whatever role the page gave it."""

_TARGET = re.compile(
    r'(?P<role>[^"\[]*?)(?: "(?P<name>[^"]*)")?(?: \[(?P<suffix>[^\]]*)\])?', re.DOTALL | re.ASCII
)
_ROLES: dict[str, Role] = {
    "button": "button",
    "link": "link",
    "a": "link",
    "tab": "tab",
    "menuitem": "tab",
    "summary": "tab",
    "textbox": "field",
    "password field": "field",
    "date field": "field",
    "time field": "field",
    "file field": "field",
    "color field": "field",
    "spinbutton": "field",
    "slider": "field",
    "combobox": "field",
    "listbox": "field",
    "searchbox": "search field",
    "checkbox": "choice",
    "radio": "choice",
    "switch": "choice",
    "option": "choice",
    "label": "choice",
    "page": "page",
}
_STATUS = re.compile(r"\bstatus (\d{3})\b", re.ASCII)
_TOOK = re.compile(r"\bafter (?:(\d{1,6}) min )?(\d{1,6}(?:\.\d)?) (ms|s)\b", re.ASCII)
_SIZE = re.compile(r"(\d{1,6}) × (\d{1,6})", re.ASCII)  # noqa: RUF001 - as sizes are written
_TITLE = 'titled "'


@dataclass(frozen=True, slots=True)
class Control:
    """What was clicked or filled in.

    Attributes:
        role: What it is.
        name: What it shows. A stranger's text.
        suffix: What developers call it. A stranger's text.
        purpose: What it is for, if its names tell.
        arranges: Whether its name says that it opens, closes or arranges something, and sends nothing off.
    """

    role: Role
    name: str | None
    suffix: str | None
    purpose: Purpose | None
    arranges: bool = False

    @property
    def words(self) -> str:
        """Name it in this project's words: `a payment button`."""
        words = (
            f"{self.purpose} {self.role}" if self.purpose and self.role in {"button", "link"} else self.role
        )
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def control_of(observation: Observation) -> Control:
    """Read what an observation is about. A target that cannot be read is an element without a name."""
    match = _TARGET.fullmatch(observation.target or "")
    if match is None:
        return Control("element", None, None, None)
    name, suffix = match["name"], match["suffix"]
    role = _ROLES.get(match["role"], "element")
    if role == "field" and " search " in words_of(f"{name} {suffix}"):
        role = "search field"
    return Control(role, name, suffix, purpose_of(name, suffix), looks_around(name))


def status_of(observation: Observation) -> int | None:
    """Read the HTTP status a request failed with; None when there was no answer or it is no request."""
    match = _STATUS.search(observation.detail or "")
    return int(match[1]) if match else None


def took(observation: Observation) -> float:
    """Read how many seconds a request took; 0 when it does not say."""
    match = _TOOK.search(observation.detail or "")
    if match is None:
        return 0.0
    amount = float(match[2]) / (1000 if match[3] == "ms" else 1)
    return amount + 60 * int(match[1] or 0)


def size_of(observation: Observation) -> tuple[int, int] | None:
    """Read the width and height of a viewport, in CSS pixels."""
    match = _SIZE.fullmatch(observation.detail or "")
    return (int(match[1]), int(match[2])) if match else None


def title_of(observation: Observation) -> str | None:
    """Read the title of a page."""
    detail = observation.detail or ""
    return detail[len(_TITLE) :].removesuffix('"') if detail.startswith(_TITLE) else None


def is_typing(observation: Observation) -> bool:
    """Say whether an observation is text typed into a field, no box checked and no option chosen."""
    return observation.kind == "input" and (observation.detail or "").startswith("typed")


def last_of(observation: Observation) -> float:
    """Give the time of the last of what an observation counts."""
    last = observation.last
    return observation.t if last is None or not isfinite(last) else max(observation.t, last)


def is_elsewhere(observation: Observation, home: str | None) -> bool:
    """Say whether a request went to another site than that of the host `home`.

    Hosts are of one site when they end in the same two names, or three where the last two are a country's,
    such as `co.uk`. An address that is told without a host is at home; without a known home nothing is
    elsewhere.
    """
    address = (observation.target or "").rpartition(" ")[2]
    host = address.partition("/")[0]
    return bool(home and host) and _site(host) != _site(home or "")


def _site(host: str) -> list[str]:
    names = host.partition(":")[0].lower().split(".")
    of_country = len(names) > _TWO and len(names[-1]) == _TWO and len(names[-2]) <= _TWO + 1
    return names[-3:] if of_country else names[-2:]


_TWO = 2
