"""From events to observations, with one module for each kind of event."""
