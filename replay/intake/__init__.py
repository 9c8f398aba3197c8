"""Bytes to events: decoded, each once, in order."""
