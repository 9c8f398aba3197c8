"""How long tests wait for what should happen at once."""

SOON = 10.0
"""Seconds that such a thing may take on a machine that is busy with other tests; alone it is a fraction of one.

What a test rules out by it would last longer, or for ever.
"""
