"""What the server offers besides tools: prompts, resources, completions, instructions."""
