"""What happened in a recording: lines to events, to DOM, to observations. No I/O, no MCP."""
