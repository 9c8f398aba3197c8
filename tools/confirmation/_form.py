"""The forms a person answers. Both start at "no", and anything but the exact yes is a no."""

from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

MOST_BY_CHECKBOX = 10
"""Recordings up to which a yes is enough; above, the person types how many there are."""


class Form(BaseModel):
    """A form that says no."""

    model_config = ConfigDict(frozen=True, title="Confirm")

    def says_yes(self, number: int) -> bool:
        """Whether the person agreed to the act on this number of recordings."""
        del number
        return False


class YesOrNo(Form):
    """A box to tick."""

    approve: StrictBool = Field(default=False, title="Yes, go ahead")

    @model_validator(mode="before")
    @classmethod
    def _anything_else_is_no(cls, content: Any) -> dict[str, Any]:
        return _only(content, "approve", bool)

    def says_yes(self, number: int) -> bool:
        """The box was ticked."""
        del number
        return self.approve


class TypedNumber(Form):
    """A number to type, because a tick comes too easily."""

    recordings: StrictInt = Field(default=0, title="Number of recordings")

    @model_validator(mode="before")
    @classmethod
    def _anything_else_is_no(cls, content: Any) -> dict[str, Any]:
        return _only(content, "recordings", int)

    def says_yes(self, number: int) -> bool:
        """The number was typed."""
        return self.recordings == number


def form_for(number: int) -> type[Form]:
    """The form for an act on this number of recordings."""
    return YesOrNo if number <= MOST_BY_CHECKBOX else TypedNumber


def _only(content: Any, name: str, kind: type) -> dict[str, Any]:
    """The content if it is this one answer and nothing beside it; else no answer, which is a no."""
    if not isinstance(content, dict):
        return {}
    answer = cast("dict[str, Any]", content)
    return answer if set(answer) == {name} and type(answer[name]) is kind else {}
