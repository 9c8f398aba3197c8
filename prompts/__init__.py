"""The prompts a person can pick, one Markdown file each: title, description, text with `$placeholders`."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

PROMPTS = ("investigate_recording", "find_recordings_worth_watching", "write_bug_report")
"""The names of all prompts; each is a Markdown file beside this one."""


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt as its file has it.

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
        """Return the text with its `$placeholders` replaced; what an argument contains is never expanded."""
        return Template(self.text).safe_substitute(arguments)


def read_prompt(name: str) -> PromptText:
    """Return one of `PROMPTS`.

    Raises:
        FileNotFoundError: There is no prompt of that name.
    """
    content = (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8")
    heading, description, text = content.split("\n\n", 2)
    return PromptText(name, heading.removeprefix("# "), description, text.strip())
