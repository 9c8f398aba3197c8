"""The protocol beside tools: prompts, resources, completions, instructions, errors."""
