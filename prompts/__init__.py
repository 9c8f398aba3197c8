"""The prompts a person can pick: one Markdown file each."""
