"""The prompts a person can pick: one Markdown file each, and their reader."""

from recordings_mcp.prompts._reader import PROMPTS, PromptText, read_prompt

__all__ = ["PROMPTS", "PromptText", "read_prompt"]
