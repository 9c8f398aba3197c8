"""Events to observations, one file per kind of event."""
