"""The settings of serving over HTTP, checked before anything listens."""

import ipaddress
import re
import secrets
from dataclasses import dataclass

from pydantic import SecretStr

from recordings_mcp.server.configuration import Configuration, InvalidConfiguration

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_LOOPBACK_ORIGINS = frozenset(f"http://{name}" for name in _LOOPBACK_NAMES)
_HOST = re.compile(r"(?P<name>[a-z0-9_.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_ORIGIN = re.compile(r"(?P<page>https?://(?:[a-z0-9_.-]+|\[[0-9a-f:]+\]))(?::[0-9]{1,5})?")
_NO_ORIGIN = ("none",)
_LARGEST_PORT = 65_535
_SECRET_BYTES = 32

_OPEN_TO_ALL = (
    "http_secret: {http} can be reached from other machines, so callers must authenticate; set "
    "RECORDINGS_MCP_HTTP_SECRET to at least 32 characters, for example from `openssl rand -hex 32`."
)
_NO_HOSTS = (
    "allowed_hosts: {http} can be reached from other machines; list the names that callers use for this "
    "server, for example --allowed-hosts mcp.example.com."
)
_NO_ORIGINS = (
    "allowed_origins: {http} can be reached from other machines; list the web pages that may call it, for "
    "example --allowed-origins https://app.example.com, or use `none`."
)
_TWO_IDENTITIES = (
    "{key}: with gateway the bearer of each request is that caller's own PostHog API key; leave out {key} or "
    "gateway."
)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where to listen, and which callers to allow.

    Attributes:
        host: The name or address to listen on.
        port: The port; 0 lets the system choose.
        hosts: Names of this server in lower case; one without a port stands for all ports.
        origins: Web pages that may call, in lower case, each with its port if it has one.
    """

    host: str
    port: int
    hosts: frozenset[str]
    origins: frozenset[str]

    def accepts_host(self, header: str) -> bool:
        """Return whether a `Host` header is a name of this server, with or without a port."""
        found = _HOST.fullmatch(header.lower())
        return found is not None and not self.hosts.isdisjoint((found[0], found["name"]))

    def accepts_origin(self, header: str) -> bool:
        """Return whether an `Origin` header is a page that may call; on this machine, at any port."""
        found = _ORIGIN.fullmatch(header.lower())
        if found is None:
            return False
        return found[0] in self.origins or found["page"] in self.origins & _LOOPBACK_ORIGINS


def read_http_settings(configuration: Configuration) -> HttpSettings:
    """Check every setting of HTTP.

    Raises:
        InvalidConfiguration: The address cannot be used; or other machines could reach the server and no
            setting says which callers may.
    """
    address = configuration.http or ""
    for key in ("api_key", "http_secret"):
        if configuration.gateway and getattr(configuration, key) is not None:
            raise InvalidConfiguration(_TWO_IDENTITIES.format(key=key))
    host, port = _parse_address(address)
    if _is_loopback(host):
        hosts = configuration.allowed_hosts or (*_LOOPBACK_NAMES, f"[{host}]" if ":" in host else host)
        origins = configuration.allowed_origins or tuple(_LOOPBACK_ORIGINS)
    else:
        _require_access_rules(configuration, address)
        hosts, origins = configuration.allowed_hosts, configuration.allowed_origins
    return HttpSettings(host, port, _hosts(hosts), _origins(origins))


def with_secret(configuration: Configuration) -> tuple[Configuration, str | None]:
    """Return the configuration with a bearer secret, and the secret if it had to be generated."""
    if configuration.gateway or configuration.http_secret is not None:
        return configuration, None
    generated = secrets.token_urlsafe(_SECRET_BYTES)
    return configuration.model_copy(update={"http_secret": SecretStr(generated)}), generated


def _parse_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > _LARGEST_PORT:
        raise InvalidConfiguration(
            "http: must be an address and a port to listen on, for example 127.0.0.1:8080."
        )
    return host, int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require_access_rules(configuration: Configuration, address: str) -> None:
    if configuration.http_secret is None and not configuration.gateway:
        raise InvalidConfiguration(_OPEN_TO_ALL.format(http=address))
    if not configuration.allowed_hosts:
        raise InvalidConfiguration(_NO_HOSTS.format(http=address))
    if not configuration.allowed_origins:
        raise InvalidConfiguration(_NO_ORIGINS.format(http=address))


def _hosts(names: tuple[str, ...]) -> frozenset[str]:
    for name in names:
        if not _HOST.fullmatch(name.lower()):
            raise InvalidConfiguration(
                f"allowed_hosts: {name!r} is not a name; write it without scheme, path or *, for example "
                "mcp.example.com."
            )
    return frozenset(name.lower() for name in names)


def _origins(origins: tuple[str, ...]) -> frozenset[str]:
    if origins == _NO_ORIGIN:
        return frozenset()
    for origin in origins:
        if not _ORIGIN.fullmatch(origin.lower()):
            raise InvalidConfiguration(
                f"allowed_origins: {origin!r} is not an origin; write scheme and name without path or *, for "
                "example https://app.example.com."
            )
    return frozenset(origin.lower() for origin in origins)
