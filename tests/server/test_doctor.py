"""`doctor`: one line for each check, with the fix, and an exit code that says whether everything works."""

from datetime import timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from recordings_mcp.sandbox import ApiKey
from tests.sandbox.shop import Recording, write_recording
from tests.server.account import READ, TOLD, Doctor, Examine, about

SOME = "watch_recording,delete_recordings,get_recording_sharing,set_recording_sharing"
"""Tools that need every kind of scope."""


def test_everything_works(doctor: Doctor) -> None:
    assert doctor("--project", "1") == snapshot(
        (
            0,
            """\
ok    configuration: readable
ok    key: personal (phx_)
ok    host: HOST (self-hosted) answers
ok    key: accepted
ok    project: 1
ok    scopes: all that is needed
ok    recordings: readable
ok    snapshots: readable (1 block in the newest recording)
ok    rate limit: not reached; plan unknown, since PostHog does not report it
ok    policies: privacy standard, confirm auto, all tools

Ready.
""",
        )
    )


def test_the_sandbox_is_always_ready(examine: Examine) -> None:
    code, said = examine("--sandbox")

    assert (code, said.splitlines()[1], said.splitlines()[-1]) == (
        0,
        "ok    key: the sandbox's own",
        "Ready.",
    )


def test_missing_write_scopes_are_reported_only_for_tools_that_write(doctor: Doctor) -> None:
    code, said = doctor("--project", "1", "--tools", SOME, scopes=READ | TOLD)

    assert code == 0
    assert about("scopes", said) == snapshot(
        [
            "ok    scopes: all that is needed",
            "warn  scopes: the key lacks session_recording:write (needed by delete_recordings), sharing_configuration:write (needed by set_recording_sharing)  — Add it to the key in PostHog under Settings → Personal API keys, or offer fewer tools.",
        ]
    )
    assert about(
        "scopes", doctor("--project", "1", "--tools", SOME, "--read-only", scopes=READ | TOLD)[1]
    ) == ["ok    scopes: all that is needed"]


def test_missing_scopes_to_read_are_failures_and_the_checks_go_on(doctor: Doctor) -> None:
    code, said = doctor("--project", "1", "--tools", SOME, scopes=TOLD | {"session_recording:read"})

    assert code == 1
    assert about("scopes", said) == snapshot(
        [
            "fail  scopes: the key lacks sharing_configuration:read (needed by get_recording_sharing), query:read (timelines lack the session's analytics events)  — Add it to the key in PostHog under Settings → Personal API keys, or offer fewer tools.",
            "warn  scopes: the key lacks session_recording:write (needed by delete_recordings), sharing_configuration:write (needed by set_recording_sharing)  — Add it to the key in PostHog under Settings → Personal API keys, or offer fewer tools.",
        ]
    )
    assert about("snapshots", said) == snapshot(
        ["ok    snapshots: readable (1 block in the newest recording)"]
    )


def test_without_the_sharing_tools_their_scope_is_not_needed(doctor: Doctor) -> None:
    code, said = doctor(
        "--project", "1", "--tools", "watch_recording", scopes=TOLD | {"session_recording:read", "query:read"}
    )

    assert code == 0
    assert about("scopes", said) == snapshot(["ok    scopes: all that is needed"])


def test_a_key_that_cannot_read_recordings_ends_it(doctor: Doctor) -> None:
    assert doctor("--project", "1", "--tools", SOME, scopes=TOLD) == snapshot(
        (
            1,
            """\
ok    configuration: readable
ok    key: personal (phx_)
ok    host: HOST (self-hosted) answers
ok    key: accepted
ok    project: 1
fail  scopes: the key lacks session_recording:read (nothing can be read), sharing_configuration:read (needed by get_recording_sharing), query:read (timelines lack the session's analytics events)  — Add it to the key in PostHog under Settings → Personal API keys, or offer fewer tools.
warn  scopes: the key lacks session_recording:write (needed by delete_recordings), sharing_configuration:write (needed by set_recording_sharing)  — Add it to the key in PostHog under Settings → Personal API keys, or offer fewer tools.
ok    policies: privacy standard, confirm auto, 4 tools

Not ready: fix what failed, then run doctor again.
""",
        )
    )


def test_scopes_that_posthog_does_not_report_are_tried(doctor: Doctor) -> None:
    code, said = doctor("--project", "1", scopes=READ, lists_scopes="with_scope")

    assert (code, about("scopes", said)) == (
        0,
        snapshot(["ok    scopes: all that is needed; PostHog does not list those to write"]),
    )
    less = READ - {"query:read"}
    code, said = doctor("--project", "1", "--tools", SOME, scopes=less, lists_scopes="with_scope")
    assert (code, about("scopes", said)) == (
        1,
        snapshot(
            [
                "fail  scopes: the key lacks query:read (timelines lack the session's analytics events)  — Add it to the key in PostHog under Settings → Personal API keys, or offer fewer tools."
            ]
        ),
    )


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (
            "phs_ASecretOfAProject01",
            snapshot(
                "warn  key: project secret (phs_), which can only list and read  — A personal key (phx_) can do more."
            ),
        ),
        ("pha_AnAccessTokenOfOAuth", snapshot("ok    key: OAuth access token (pha_), which expires")),
    ],
)
def test_other_kinds_of_key_are_named_and_tried(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, key: str, line: str
) -> None:
    monkeypatch.setenv("POSTHOG_PERSONAL_API_KEY", key)

    code, said = doctor("--project", "1", keys=(ApiKey(value=key, scopes=READ),))

    assert (code, said.splitlines()[1]) == (0, line)


def test_the_only_project_is_found_automatically(doctor: Doctor) -> None:
    code, said = doctor(scopes=frozenset({"*"}))

    assert (code, about("project", said)) == (0, snapshot(["ok    project: 1"]))


def test_no_recordings(doctor: Doctor) -> None:
    code, said = doctor("--project", "1", recordings=0)

    assert (code, about("recordings", said), about("snapshots", said)) == (
        0,
        snapshot(
            [
                "warn  recordings: readable, but none in the last 30 days  — Switch on session replay in the project's settings, or choose another one: --project ID."
            ]
        ),
        [],
    )


def test_a_recording_without_snapshots(doctor: Doctor, tmp_path: Path) -> None:
    write_recording(tmp_path / "recordings", Recording("empty", ago=timedelta(minutes=1), lines=[]))
    code, said = doctor("--project", "1", recordings=0)

    assert (code, about("snapshots", said)) == (
        0,
        snapshot(
            [
                "warn  snapshots of the newest recording: PostHog holds no snapshot data for this recording, so it cannot be watched. It may be too recent (try again in a few minutes) or its data has expired; its metadata and events may still exist."
            ]
        ),
    )


@pytest.mark.parametrize(
    ("privacy", "said"), [("standard", "standard, typing shown (all)"), ("strict", "strict")]
)
def test_typing_that_is_shown_is_said(doctor: Doctor, privacy: str, said: str) -> None:
    _, found = doctor("--project", "1", "--privacy", privacy, "--show-typing", "all")

    assert about("policies", found) == [f"ok    policies: privacy {said}, confirm auto, all tools"]


def test_privacy_off_is_a_warning(doctor: Doctor) -> None:
    code, said = doctor("--project", "1", "--privacy", "off")

    assert (code, about("policies", said)) == (
        0,
        snapshot(
            [
                "warn  policies: privacy off, confirm auto, all tools  — Assistants see secrets and personal data as recorded; --privacy standard hides them."
            ]
        ),
    )
