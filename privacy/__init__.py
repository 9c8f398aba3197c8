"""What may leave: cleaned of invisible characters, redacted, fenced."""
