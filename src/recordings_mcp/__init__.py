"""Let AI assistants search, watch, summarize and manage session recordings."""

__version__ = "0.1.0"
