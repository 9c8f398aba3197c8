"""The `doctor` command: check configuration, key and network."""
