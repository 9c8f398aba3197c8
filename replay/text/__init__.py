"""Observations and digests as English: the only place that writes it."""
