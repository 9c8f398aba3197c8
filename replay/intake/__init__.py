"""From bytes to events: decoded, without duplicates, in order."""
