"""Observations and digests as English text, which is written only here."""
