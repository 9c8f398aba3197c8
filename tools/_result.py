"""Results of tools: trusted words outside the fence, untrusted text inside it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from recordings_mcp.privacy import PiiKind
else:
    PiiKind = str  # privacy is imported with the first result, the models exist from the start


@dataclass(frozen=True, slots=True)
class PersonValue:
    """Marks a value of the recorded person's own record: shown, unless the privacy level is strict.

    As metadata of a field it says so to programs' results, as a cell of a row to models' texts.

    Attributes:
        kind: What it is: a name, an e-mail address, an address.
        value: The value, in a cell.
    """

    kind: PiiKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """Marks a field that holds only our own words, so that programs get it as it is."""


@dataclass(frozen=True, slots=True)
class CountsByName:
    """Marks counts by recorded names: the names go through the pass, the numbers stay numbers."""


class TrustedCell(str):
    """Marks a cell of a row that holds only our own words, a label or a length: it is shown as it is."""

    __slots__ = ()


class AddressCell(str):
    """Marks a cell that is the address of a page: it is shown as timelines show one, without its scheme."""

    __slots__ = ()


class PathCell(AddressCell):
    """Marks the address of a page on the host of the row before: it is shown without the host."""

    __slots__ = ()


Row = Sequence[str | PersonValue]
"""One line of recorded content, cell by cell."""


@dataclass(frozen=True, slots=True)
class ResultText:
    """A result as text, in three parts.

    Attributes:
        answer: Our own words; the first line answers the question.
        recorded: Untrusted text: page text, addresses, names, console lines. As lines, or as rows where some
            cells belong to the person.
        closing: Our own words again: what was cut, what could not be seen, what to call next.
        separator: What is between the cells of a row.
    """

    answer: str
    recorded: str | Sequence[Row] = ""
    closing: str = ""
    separator: str = " | "


PersonValues = Mapping[PiiKind, Sequence[str]]
"""What is known of a person, by kind: names, e-mail addresses, addresses."""


class ToolResult(BaseModel):
    """Base of all results: text for a model, data for a program, from the same fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @abstractmethod
    def text(self) -> ResultText:
        """Return the result as a model reads it."""

    def person_values(self) -> PersonValues:
        """Return the recorded person's values, to be hidden in recorded content at the level `strict`."""
        return {}
