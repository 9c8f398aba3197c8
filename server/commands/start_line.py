"""The line on standard error at the start of a server: what it serves to whom, under which policy."""

from recordings_mcp import __version__
from recordings_mcp.server.configuration import Configuration, name_region
from recordings_mcp.server.selection import select_tools


def start_line(configuration: Configuration, where: str) -> str:
    """Return the line; `where` is `over stdio` or an address."""
    tools = [tool.name for tool in select_tools(configuration)]
    writing = "read-only" if configuration.read_only else f"confirm {configuration.confirm}"
    shown = configuration.shown_typing
    typing = "" if shown == "none" else f", typing shown ({shown})"
    facts = [
        f"recordings-mcp {__version__} {where}",
        _account(configuration),
        f"{writing}, privacy {configuration.privacy}{typing}",
        f"{len(tools)} {'tool' if len(tools) == 1 else 'tools'}: {', '.join(tools)}",
    ]
    return f"{'; '.join(facts)}\n"


def _account(configuration: Configuration) -> str:
    host = configuration.host.rstrip("/")
    place = "the embedded sandbox" if configuration.sandbox else f"{name_region(host)} ({host})"
    if configuration.gateway:
        return f"{place} with each caller's API key, project {configuration.project or 'looked up from it'}"
    if configuration.sandbox:
        return place
    return f"{place}, project {configuration.project or 'looked up from the API key'}"
