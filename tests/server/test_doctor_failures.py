"""`doctor` when something required is missing: it says what, how to fix it, and exits with 1."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import RecordingsClient
from recordings_mcp.sandbox import ApiKey, Throttle
from recordings_mcp.server.doctor.checkup import Checkup
from recordings_mcp.tools import TOOLS
from tests.client.scripted import Answer, Scripted
from tests.sandbox.shop import NOW
from tests.server.account import KEY, READ, Doctor, Examine, about, posthog, use_up_listings
from tests.server.loopback import listening


def test_a_missing_key(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTHOG_PERSONAL_API_KEY")

    assert examine() == snapshot(
        (
            1,
            """\
ok    configuration: readable
fail  key: there is none. Set POSTHOG_PERSONAL_API_KEY to a personal API key (phx_…), made in PostHog under Settings → Personal API keys; or try without an account: recordings-mcp --sandbox

Not ready: fix what failed, then run doctor again.
""",
        )
    )


def test_a_key_that_can_only_send_events(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", "phc_AProjectKeyFromTheWebsite")

    assert examine() == snapshot(
        (
            1,
            """\
ok    configuration: readable
fail  key: This is a project key (phc_): it can only send events. A personal API key is needed. Make one in PostHog under Settings → Personal API keys (it starts with phx_).

Not ready: fix what failed, then run doctor again.
""",
        )
    )


def test_a_host_that_cannot_be_one(examine: Examine) -> None:
    code, said = examine("--host", "https://eu.i.posthog.com")

    assert (code, about("host", said)) == (
        1,
        snapshot(["fail  host: That host only ingests events. Use https://eu.posthog.com."]),
    )


def test_a_configuration_that_cannot_be_read(examine: Examine) -> None:
    assert examine("--max-tokens", "x", "--privacy", "y") == snapshot(
        (
            1,
            """\
fail  configuration: privacy (from --privacy): Input should be 'standard', 'strict' or 'off'; use one of standard, strict, off.
fail  configuration: max_tokens (from --max-tokens): Input should be a valid integer, unable to parse string as an integer; for example 8000 (maximum length of an answer, in tokens).

Not ready: fix what failed, then run doctor again.
""",
        )
    )


def test_a_server_that_is_down(examine: Examine) -> None:
    with listening(None) as host:
        pass

    assert examine(host=host) == snapshot(
        (
            1,
            """\
ok    configuration: readable
ok    key: personal (phx_)
fail  host: The host could not be reached. Check that it is up, the host setting and this machine's network.
ok    policies: privacy standard, confirm auto, all tools

Not ready: fix what failed, then run doctor again.
""",
        )
    )


def test_an_unknown_key(doctor: Doctor) -> None:
    assert doctor("--project", "1", keys=()) == snapshot(
        (
            1,
            """\
ok    configuration: readable
ok    key: personal (phx_)
ok    host: HOST (self-hosted) answers
fail  key: unknown to HOST, the only host it was sent to  — Check that it was made there and has not been deleted or rolled since.
ok    policies: privacy standard, confirm auto, all tools

Not ready: fix what failed, then run doctor again.
""",
        )
    )


@pytest.mark.anyio
async def test_an_unknown_key_may_be_of_the_other_region_which_is_not_asked() -> None:
    transport = Scripted(Answer(401, {"type": "authentication_error", "detail": "no"}))
    client = RecordingsClient(
        host="https://us.posthog.com", project_id=None, api_key=KEY, transport=transport
    )
    async with client:
        checkup = Checkup(client, TOOLS, personal=True, sandbox=False)
        found = [str(finding) async for finding in checkup.findings()]

    assert found == snapshot(
        [
            "ok    host: https://us.posthog.com (PostHog Cloud US) answers",
            "fail  key: unknown to https://us.posthog.com, the only host it was sent to  — If it was made in the other region, add --host https://eu.posthog.com; otherwise make a new one.",
        ]
    )
    assert {request.url.host for request in transport.requests} == {"us.posthog.com"}


def test_a_project_that_does_not_exist(doctor: Doctor) -> None:
    code, said = doctor("--project", "77")

    assert (code, about("project", said)) == (
        1,
        snapshot(
            [
                "fail  project: this host has no project 77  — Correct --project: the number is in the address of each of its pages, /project/ID/."
            ]
        ),
    )


def test_a_project_the_key_is_not_made_for(doctor: Doctor) -> None:
    limited = ApiKey(value=KEY, scopes=READ | {"user:read"}, projects=frozenset({2}))
    code, said = doctor("--project", "1", keys=(limited,))

    assert (code, about("project", said)) == (
        1,
        snapshot(
            [
                "fail  project: This API key is limited to other projects than the requested one. Configure a project it was made for, or widen the key in PostHog under Settings → Personal API keys."
            ]
        ),
    )


def test_no_project_is_configured_and_none_can_be_looked_up(doctor: Doctor) -> None:
    code, said = doctor()

    assert (code, about("project", said)) == (
        1,
        snapshot(
            [
                "fail  project: none is configured, and the key lacks user:read to look it up  — Add --project ID: the number is in the address of each of its pages, /project/ID/."
            ]
        ),
    )


def test_a_rate_limit_that_is_reached(tmp_path: Path, examine: Examine) -> None:
    moments = [NOW]
    settings = {"keys": (ApiKey(value=KEY),), "throttle": Throttle()}
    application = posthog(tmp_path, 1, settings, clock=lambda: moments[-1])
    use_up_listings(application, moments)

    with listening(application) as host:
        code, said = examine("--project", "1", host=host)

    assert (code, about("recordings", said), about("rate limit", said)) == (
        1,
        snapshot(
            [
                "fail  recordings: PostHog's rate limit is reached for this API key. Try again in 54 minutes. Searches and downloads have the lowest limits."
            ]
        ),
        snapshot(["warn  rate limit: reached; plan unknown, since PostHog does not report it"]),
    )


def test_a_file_the_server_could_not_write(doctor: Doctor, tmp_path: Path) -> None:
    code, said = doctor("--project", "1", "--audit-file", str(tmp_path))

    assert (code, about("server", said)) == (
        1,
        [f"fail  server: audit_file: {tmp_path} cannot be written (Is a directory); check the path."],
    )
