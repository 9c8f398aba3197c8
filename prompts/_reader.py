"""Reads a prompt: a title and a description on the first lines, then the text with `$placeholders`."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

PROMPTS = ("investigate_recording", "find_recordings_worth_watching", "write_bug_report")
"""The prompts there are; each is a Markdown file of that name beside this one."""


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt as it is written down.

    Attributes:
        name: Its name in the protocol.
        title: The file's heading.
        description: The line below the heading.
        text: The rest, with `$placeholders` for its arguments.
    """

    name: str
    title: str
    description: str
    text: str

    def fill(self, **arguments: str) -> str:
        """The text with its `$placeholders` replaced; what an argument contains is never expanded."""
        return Template(self.text).safe_substitute(arguments)


def read_prompt(name: str) -> PromptText:
    """Read one of `PROMPTS`.

    Raises:
        FileNotFoundError: There is no prompt of that name.
    """
    content = (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8")
    heading, description, text = content.split("\n\n", 2)
    return PromptText(name, heading.removeprefix("# "), description, text.strip())
