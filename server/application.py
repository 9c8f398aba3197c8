"""Builds the server: one factory, nothing built or read at import."""

from mcp.server.mcpserver import MCPServer, RequestStateSecurity

from recordings_mcp import __version__
from recordings_mcp.client import Transport
from recordings_mcp.server.callers import name_caller
from recordings_mcp.server.configuration import Configuration
from recordings_mcp.server.guard import Guard, prepare_guard
from recordings_mcp.server.http.gateway import lend_services
from recordings_mcp.server.lifespan import gateway_lifespan, operator_lifespan
from recordings_mcp.server.protocol.completions import complete_recordings, remember_services
from recordings_mcp.server.protocol.errors import explain_failures, refuse_cursors
from recordings_mcp.server.protocol.instructions import write_instructions
from recordings_mcp.server.protocol.plain_names import refuse_odd_names
from recordings_mcp.server.protocol.prompts import published_prompts
from recordings_mcp.server.protocol.resources import publish_timelines
from recordings_mcp.server.selection import select_tools
from recordings_mcp.tools import RegisteredTool, Services


def create_server(configuration: Configuration, *, transport: Transport | None = None) -> MCPServer[Services]:
    """Build an MCP server for one PostHog project.

    Args:
        configuration: Every setting.
        transport: Carries the HTTP requests in place of the network.

    Raises:
        InvalidConfiguration: The host, the project or the API key cannot be used, a tool or toolset is
            named that does not exist, or the ledger or the audit file cannot be written.
    """
    return build_server(configuration, prepare_guard(configuration), transport)


def build_server(
    configuration: Configuration, guard: Guard, transport: Transport | None
) -> MCPServer[Services]:
    """The same with a guard that is there already.

    Raises:
        InvalidConfiguration: As `create_server`.
    """
    tools = select_tools(configuration)
    make_lifespan = gateway_lifespan if configuration.gateway else operator_lifespan
    tell_who_calls = lend_services if configuration.gateway else name_caller
    server = MCPServer[Services](
        "recordings-mcp",
        title="Session recordings",
        version=__version__,
        instructions=write_instructions(tools),
        tools=[RegisteredTool.of(definition, configuration.output) for definition in tools],
        lifespan=make_lifespan(configuration, guard, transport),
        request_state_security=RequestStateSecurity(keys=[guard.key("request state")]),
        log_level="WARNING",
        middleware=[explain_failures, refuse_odd_names, refuse_cursors, tell_who_calls, remember_services],
    )
    for prompt in published_prompts():
        server.add_prompt(prompt)
    server.completion()(complete_recordings)  # type: ignore[no-untyped-call]  # the SDK left it untyped
    publish_timelines(server)
    return server
