"""The digest of a recording as facts: visits, actions, signals, attempts and a verdict."""
