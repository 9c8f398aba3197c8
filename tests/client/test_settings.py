"""The settings are checked before anything is sent."""

import pytest
from inline_snapshot import snapshot

from recordings_mcp.client import InvalidHost, InvalidKey, InvalidProject, RecordingsClient, RecordingsError
from tests.client.scripted import KEY, Scripted
from tests.client.wording import table


def build(
    host: str = "https://eu.posthog.com", project_id: int | str = 1, api_key: str = KEY
) -> RecordingsClient:
    return RecordingsClient(host=host, project_id=project_id, api_key=api_key, transport=Scripted())


def refusal(**settings: str) -> str:
    with pytest.raises(RecordingsError) as error:
        build(**settings)
    return f"{type(error.value).__name__}: {error.value}"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("https://us.posthog.com", "https://us.posthog.com"),
        ("https://EU.posthog.com/", "https://eu.posthog.com"),
        ("https://posthog.shop.example:8443", "https://posthog.shop.example:8443"),
        ("http://localhost:8010", "http://localhost:8010"),
        ("http://127.0.0.7", "http://127.0.0.7"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_host_is_kept_as_scheme_name_and_port(host: str, origin: str) -> None:
    assert build(host=host).host == origin


TOLD = snapshot("""\
''
    InvalidHost: The host must start with https://, such as https://us.posthog.com.
'us.posthog.com'
    InvalidHost: The host must start with https://, such as https://us.posthog.com.
'http://us.posthog.com'
    InvalidHost: The host must start with https:// so that the API key stays secret in transit.
'http://127.0.0.1.evil.example'
    InvalidHost: The host must start with https:// so that the API key stays secret in transit.
'ftp://us.posthog.com'
    InvalidHost: The host must start with https://, such as https://us.posthog.com.
'https://key@us.posthog.com'
    InvalidHost: The host must not hold a user name or password; the API key is its own setting.
'https://us.posthog.com/project/1'
    InvalidHost: The host must be scheme and name only, such as https://us.posthog.com; the
    project id is its own setting.
'https://us.posthog.com?key=1'
    InvalidHost: The host must be scheme and name only, such as https://us.posthog.com; the
    project id is its own setting.
'https://us.posthog.com#x'
    InvalidHost: The host must be scheme and name only, such as https://us.posthog.com; the
    project id is its own setting.
'https://us.posthog.com\\\\@evil.example'
    InvalidHost: The host must be an address without spaces, such as https://us.posthog.com.
'https://us.posthog.com\\n'
    InvalidHost: The host must be an address without spaces, such as https://us.posthog.com.
'https://us.i.posthog.com'
    InvalidHost: That host only ingests events. Use https://us.posthog.com.
'https://eu-assets.i.posthog.com'
    InvalidHost: That host only ingests events. Use https://eu.posthog.com.
'https://app.posthog.com'
    InvalidHost: That host does not serve the API. Use https://us.posthog.com or
    https://eu.posthog.com, where your project is.
'https://bücher.example'
    InvalidHost: The host name has invalid characters; write international names in their xn--…
    form.
'https://[::1'
    InvalidHost: The host is not a readable address. Write it as https://us.posthog.com.
'https://us.posthog.com:99999'
    InvalidHost: The host is not a readable address. Write it as https://us.posthog.com.
'https://'
    InvalidHost: The host name has invalid characters; write international names in their xn--…
    form.\
""")


def test_a_host_that_cannot_work_is_refused_with_what_to_write_instead() -> None:
    hosts = [
        "",
        "us.posthog.com",
        "http://us.posthog.com",
        "http://127.0.0.1.evil.example",
        "ftp://us.posthog.com",
        "https://key@us.posthog.com",
        "https://us.posthog.com/project/1",
        "https://us.posthog.com?key=1",
        "https://us.posthog.com#x",
        "https://us.posthog.com\\@evil.example",
        "https://us.posthog.com\n",
        "https://us.i.posthog.com",
        "https://eu-assets.i.posthog.com",
        "https://app.posthog.com",
        "https://bücher.example",
        "https://[::1",
        "https://us.posthog.com:99999",
        "https://",
    ]
    assert table({repr(host): refusal(host=host) for host in hosts}) == TOLD


def test_a_key_that_cannot_work_is_refused_and_never_shown() -> None:
    keys = [
        "",
        "phc_ProjectKey0123456789",
        "phx_short",
        "phx_with space 0123",
        "phx_line\nend0123",
        "sk-abcdefghijkl",
    ]
    refusals = {key: refusal(api_key=key) for key in keys}
    assert table({repr(key): text for key, text in refusals.items()}) == snapshot("""\
''
    InvalidKey: There is no API key. Make one in PostHog under Settings → Personal API keys (it
    starts with phx_).
'phc_ProjectKey0123456789'
    InvalidKey: This is a project key (phc_): it can only send events. A personal API key is
    needed. Make one in PostHog under Settings → Personal API keys (it starts with phx_).
'phx_short'
    InvalidKey: This does not look like an API key: phx_, phs_ or pha_, followed by letters and
    digits, without spaces or line breaks. Make one in PostHog under Settings → Personal API
    keys (it starts with phx_).
'phx_with space 0123'
    InvalidKey: This does not look like an API key: phx_, phs_ or pha_, followed by letters and
    digits, without spaces or line breaks. Make one in PostHog under Settings → Personal API
    keys (it starts with phx_).
'phx_line\\nend0123'
    InvalidKey: This does not look like an API key: phx_, phs_ or pha_, followed by letters and
    digits, without spaces or line breaks. Make one in PostHog under Settings → Personal API
    keys (it starts with phx_).
'sk-abcdefghijkl'
    InvalidKey: This does not look like an API key: phx_, phs_ or pha_, followed by letters and
    digits, without spaces or line breaks. Make one in PostHog under Settings → Personal API
    keys (it starts with phx_).\
""")
    assert not [key for key, text in refusals.items() if key and key in text]


@pytest.mark.parametrize("key", ["phx_0123456789abcdef", "phs_0123456789abcdef", "pha_0123456789abcdef"])
def test_personal_oauth_and_project_secret_keys_are_taken(key: str) -> None:
    assert repr(build(api_key=key)) == "RecordingsClient(host='https://eu.posthog.com', project_id=1)"


@pytest.mark.parametrize("project_id", ["0", "-1", "1/../2", "", "one", "\uff11"])
def test_a_project_that_is_no_number_is_refused(project_id: str) -> None:
    with pytest.raises(InvalidProject, match="positive whole number"):
        build(project_id=project_id)


def test_settings_errors_are_told_apart_by_type() -> None:
    with pytest.raises(InvalidHost):
        build(host="nowhere")
    with pytest.raises(InvalidKey):
        build(api_key="phc_x")
