# /// script
# requires-python = ">=3.11"
# dependencies = ["recordings-mcp"]
# ///
"""Search and watch recordings in plain Python: no MCP, no model.

    python examples/bare_client.py

It reads the embedded sandbox. With POSTHOG_PERSONAL_API_KEY set it reads your own project instead, at
POSTHOG_HOST. It prints recorded text unredacted: redaction is done by the MCP server, not by the client.
"""

import os

import anyio

from recordings_mcp.client import EventFilter, RecordingFilters, RecordingsClient, application_transport
from recordings_mcp.replay import Walker, clock, describe_coverage, digest_timeline, observation_line
from recordings_mcp.sandbox import SANDBOX_API_KEY, create_sandbox

TOLD = {"page", "click", "network_error", "exception"}


def open_client() -> RecordingsClient:
    """Open your project if there is a key, otherwise the sandbox, within this process."""
    key = os.environ.get("POSTHOG_PERSONAL_API_KEY")
    if key:
        host = os.environ.get("POSTHOG_HOST", "https://us.posthog.com")
        return RecordingsClient(host=host, project_id=None, api_key=key)
    sandbox = application_transport(create_sandbox())
    return RecordingsClient(
        host="http://localhost", project_id=None, api_key=SANDBOX_API_KEY, transport=sandbox
    )


async def main() -> None:
    """Print what happened in the newest recording with a declined payment."""
    declined = RecordingFilters(date_from="-7d", events=(EventFilter(id="payment declined"),))
    async with open_client() as client:
        page = await client.search(declined)
        if not page.results:
            print("No recording of the last week has an event named 'payment declined'.")
            return
        recording = page.results[0]
        walker = Walker()
        async for line in client.snapshot_lines(recording.id):
            walker.feed(line)
    timeline = walker.finish()

    print(f"{recording.id}, the newest of {len(page.results)}:")
    for observation in timeline.observations:
        if observation.kind in TOLD:
            print(observation_line(observation, {}))
    digest = digest_timeline(timeline)
    print(digest.finding)
    for moment in digest.moments:
        print(f"Worth a look at {clock(moment.t)}: {moment.says}")
    print(describe_coverage(timeline.coverage))


if __name__ == "__main__":
    anyio.run(main)
