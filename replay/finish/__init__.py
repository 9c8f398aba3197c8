"""The last stage: what only the whole recording shows, and merged analytics events."""
