"""The process: standard streams, signals, logs."""
