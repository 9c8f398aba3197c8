"""Command `sandbox`: the embedded PostHog on a port of this machine."""

import sys

from recordings_mcp.sandbox import SANDBOX_API_KEY, SANDBOX_PROJECT_ID, create_sandbox
from recordings_mcp.server._arguments import CommandLine

_ADDRESS = "127.0.0.1"


def run(options: CommandLine) -> int:
    """Serve the sandbox until interrupted."""
    import uvicorn  # noqa: PLC0415 - no other command needs it

    sys.stderr.write(
        f"An embedded PostHog at http://{_ADDRESS}:{options.port}, project {SANDBOX_PROJECT_ID}.\n"
        f"Try it: POSTHOG_HOST=http://{_ADDRESS}:{options.port} POSTHOG_PROJECT_ID={SANDBOX_PROJECT_ID} "
        f"POSTHOG_PERSONAL_API_KEY={SANDBOX_API_KEY} recordings-mcp\n"
    )
    application = create_sandbox(database=options.database)
    uvicorn.run(application, host=_ADDRESS, port=options.port, log_level="warning")
    return 0
