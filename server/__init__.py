"""The MCP side: configuration, the application factory, the command line."""
