"""An embedded PostHog: the same HTTP API over SQLite, with real recordings."""
