"""The session-recordings API as typed Python. No MCP."""
