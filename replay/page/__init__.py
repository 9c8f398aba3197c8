"""The rebuilt page, and the names of its elements."""
