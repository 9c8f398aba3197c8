"""Check host, API key and project id before anything is sent."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from recordings_mcp.client._errors import InvalidHost, InvalidKey, InvalidProject

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_KEY = re.compile(r"(?:phx|phs|pha)_[A-Za-z0-9_-]{8,256}")
_CLOUD_REGIONS = "https://us.posthog.com or https://eu.posthog.com"
_WHERE_TO_MAKE_A_KEY = "Make one in PostHog under Settings → Personal API keys (it starts with phx_)."


@dataclass(frozen=True, slots=True)
class Host:
    """Where PostHog is: the only place to which requests and the API key go.

    Attributes:
        origin: Scheme, name and, if given, port: `https://us.posthog.com`.
        authority: Name and port, with the scheme's default port filled in, to compare links with.
    """

    origin: str
    authority: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Timeouts in seconds.

    Attributes:
        connect: For a connection.
        read: For the next bytes of an answer.
        write: For the server to take the next bytes of a request.
        pool: For a free connection.
        call: For one answer in all, with its retries and waits; a `deadline` replaces it.
        download: For one recording in all; a `deadline` replaces it.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 10.0
    pool: float = 5.0
    call: float = 60.0
    download: float = 600.0


def parse_host(text: str) -> Host:
    """Return the host setting, such as `https://eu.posthog.com`, parsed and checked.

    Raises:
        InvalidHost: It is no https address (http is for this machine only), holds a user name, path or query,
            or is an address of PostHog that does not serve the API.
    """
    if not text.isprintable() or " " in text or "\\" in text:
        raise InvalidHost("The host must be an address without spaces, such as https://us.posthog.com.")
    try:
        parts = urlsplit(text)
        name, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise InvalidHost("The host is not a readable address. Write it as https://us.posthog.com.") from None
    _refuse_more_than_an_origin(parts)
    _refuse_unusable_name(name)
    if parts.scheme == "http" and not _is_this_machine(name):
        raise InvalidHost("The host must start with https:// so that the API key stays secret in transit.")
    shown = f"[{name}]" if ":" in name else name
    return Host(
        origin=f"{parts.scheme}://{shown}{f':{port}' if port else ''}",
        authority=authority(name, port, parts.scheme),
    )


def authority(name: str, port: int | None, scheme: str) -> tuple[str, int]:
    """Return a host's name and port in a form that can be compared."""
    return name.lower().rstrip("."), port or (80 if scheme == "http" else 443)


def _refuse_more_than_an_origin(parts: SplitResult) -> None:
    if parts.scheme not in {"https", "http"}:
        raise InvalidHost("The host must start with https://, such as https://us.posthog.com.")
    if "@" in parts.netloc:
        raise InvalidHost("The host must not hold a user name or password; the API key is its own setting.")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise InvalidHost(
            "The host must be scheme and name only, such as https://us.posthog.com; "
            "the project id is its own setting."
        )


def _refuse_unusable_name(name: str) -> None:
    if name.endswith(".i.posthog.com"):
        region = "eu" if name.startswith("eu") else "us"
        raise InvalidHost(f"That host only ingests events. Use https://{region}.posthog.com.")
    if name in {"app.posthog.com", "posthog.com", "www.posthog.com", "i.posthog.com"}:
        raise InvalidHost(f"That host does not serve the API. Use {_CLOUD_REGIONS}, where your project is.")
    if ":" in name and _is_address(name):
        return
    if not _NAME.fullmatch(name):
        raise InvalidHost(
            "The host name has invalid characters; write international names in their xn--… form."
        )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_this_machine(name: str) -> bool:
    return name == "localhost" or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


def check_api_key(key: str) -> SecretStr:
    """Return a key if it has the right form: `phx_` (personal), `pha_` (OAuth) or `phs_` (project secret).

    Raises:
        InvalidKey: It has another form.
    """
    if not key:
        raise InvalidKey(f"There is no API key. {_WHERE_TO_MAKE_A_KEY}")
    if key.startswith("phc_"):
        raise InvalidKey(
            "This is a project key (phc_): it can only send events. A personal API key is needed. "
            + _WHERE_TO_MAKE_A_KEY
        )
    if not _KEY.fullmatch(key):
        raise InvalidKey(
            "This does not look like an API key: phx_, phs_ or pha_, followed by letters and digits, "
            f"without spaces or line breaks. {_WHERE_TO_MAKE_A_KEY}"
        )
    return SecretStr(key)


def check_project_id(project_id: int | str) -> int:
    """Return the project id, such as 12345, as a number.

    Raises:
        InvalidProject: It is not a positive whole number.
    """
    text = str(project_id).strip()
    if isinstance(project_id, bool) or not re.fullmatch(r"[0-9]{1,12}", text) or int(text) == 0:
        raise InvalidProject
    return int(text)
