"""The `install` command: write the server into an assistant's configuration."""
