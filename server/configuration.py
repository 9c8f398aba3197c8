"""All settings: a flag beats the environment, which beats the file; errors name key, problem and fix."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self, cast, get_args

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from recordings_mcp.server.process.files import read_regular

ENVIRONMENT_PREFIX = "RECORDINGS_MCP_"
_POSTHOG_VARIABLES = {
    "host": "POSTHOG_HOST",
    "project": "POSTHOG_PROJECT_ID",
    "api_key": "POSTHOG_PERSONAL_API_KEY",
}
SECRETS = frozenset({"api_key", "secret", "http_secret"})
"""Settings that are never a flag, since other users can read a command line."""

REGIONS = {"https://us.posthog.com": "PostHog Cloud US", "https://eu.posthog.com": "PostHog Cloud EU"}
"""PostHog's own hosts, by their names."""

_OTHERS_MAY_READ = 0o077
_LARGEST_FILE = 2**20
"""Bytes. A file with every setting has about 2 KB."""

_LONGEST_KEY = 60
_OFF = frozenset({"0", "false", "off", "no", "f", "n"})
_LEFT_EMPTY = re.compile(r"\$\{user_config\.\w+\}")
"""The placeholder that a host of bundles passes for an empty field of its form."""


def name_region(host: str) -> str:
    """Return what a host is called, for people."""
    return REGIONS.get(host, "self-hosted")


class InvalidConfiguration(Exception):
    """The configuration cannot be used; the text says which key, what is wrong and how to fix it.

    Attributes:
        problem: The text without the key.
        setting: The key at fault; None where the problem is not that of one key.
    """

    def __init__(self, problem: str, *, setting: str | None = None) -> None:
        super().__init__(problem if setting is None else f"{setting}: {problem}")
        self.problem = problem
        self.setting = setting


def _split_names(value: object) -> object:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_split_names)]


class Configuration(BaseModel):
    """All settings of the server. The description of a field is also its flag's help."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    sandbox: bool = Field(default=False, description="use the embedded sandbox: real recordings, no account")
    host: str = Field(
        default="https://us.posthog.com", description="your PostHog, e.g. https://eu.posthog.com"
    )
    project: str | None = Field(
        default=None,
        description="project id; looked up from the API key if left out",
        coerce_numbers_to_str=True,
    )
    api_key: SecretStr | None = Field(default=None, description="personal API key; never a flag")
    plan: Literal["auto", "free", "paid", "enterprise"] = Field(
        default="auto",
        description="your PostHog plan: the server stays within its rate limits, 12, 60 or 100 searches a "
        "minute, 60, 300 or 400 an hour, and as many downloads; with auto, it waits when PostHog answers 429",
    )
    environment_proxy: bool = Field(
        default=False,
        description="use the proxy and certificates named by HTTPS_PROXY and SSL_CERT_FILE",
    )
    toolsets: Names = Field(
        default=(), description="offer only these groups of tools: recordings, manage, sharing"
    )
    tools: Names = Field(
        default=(), description="offer only these tools, e.g. search_recordings,watch_recording"
    )
    exclude_tools: Names = Field(default=(), description="hide these tools; overrides --tools and --toolsets")
    read_only: bool = Field(default=False, description="offer only tools that read; cannot be overridden")
    confirm: Literal["auto", "ask", "two-step", "deny"] = Field(
        default="auto",
        description="confirmation before deleting or publishing: auto asks the user if the client can, "
        "otherwise returns a preview and requires its token; ask only asks; two-step always "
        "returns a preview; deny hides these tools",
    )
    audit_file: Path | None = Field(
        default=None, description="also write every attempted change to this file"
    )
    ledger: Path | None = Field(
        default=None,
        description="SQLite file in which several processes share open confirmations; needs "
        "RECORDINGS_MCP_SECRET",
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="secret that signs confirmations, at least 32 characters, the same for all processes "
        "that share a ledger; never a flag; random at each start if left out",
    )
    privacy: Literal["standard", "strict", "off"] = Field(
        default="standard",
        description="standard redacts secrets and personal data, strict also the identity of the recorded "
        "person, off nothing",
    )
    show_typing: Literal["none", "search", "all"] = Field(
        default="none",
        description="which fields show what was typed into them: none, only search fields, or all; never "
        "fields for secrets, never masked text, and nothing at privacy strict",
    )
    output: Literal["text", "structured"] = Field(
        default="text", description="text for models; structured adds data with a schema for programs"
    )
    max_tokens: int = Field(
        default=8_000, ge=500, le=25_000, description="maximum length of an answer, in tokens"
    )
    http: str | None = Field(
        default=None,
        description="serve over Streamable HTTP at this address instead of stdio, e.g. 127.0.0.1:8080",
    )
    http_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="bearer that every caller over HTTP must send, at least 32 characters; never a flag; "
        "random at each start on 127.0.0.1 if left out",
    )
    allowed_hosts: Names = Field(
        default=(),
        description="host names that callers may use, e.g. mcp.example.com; required unless the address is "
        "loopback",
    )
    allowed_origins: Names = Field(
        default=(),
        description="origins of web pages that may call, e.g. https://app.example.com, or none; required "
        "unless the address is loopback",
    )
    gateway: bool = Field(
        default=False,
        description="over HTTP, serve each caller with the PostHog API key that it sends as its bearer token",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="minimum level logged to standard error"
    )

    @property
    def shown_typing(self) -> Literal["none", "search", "all"]:
        """Which fields show what was typed into them; at privacy level `strict` none does."""
        return "none" if self.privacy == "strict" else self.show_typing

    @classmethod
    def load(
        cls, flags: Mapping[str, object], environment: Mapping[str, str], file: Path | None = None
    ) -> Self:
        """Return the settings from flags, else environment, else file, else defaults.

        `read_only` is on if any of them says so: every source can switch it on and none can switch it off.

        Raises:
            InvalidConfiguration: A key is unknown, a value unusable, or the file unreadable.
        """
        values: dict[str, object] = {}
        sources: dict[str, str] = {}
        for name, value, source in _settings_in_order(flags, environment, file):
            if name == "read_only" and str(values.get(name, "0")).strip().lower() not in _OFF:
                continue
            values[name], sources[name] = value, source
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            raise InvalidConfiguration("\n".join(_explain(detail, sources) for detail in details)) from None


def _settings_in_order(
    flags: Mapping[str, object], environment: Mapping[str, str], file: Path | None
) -> Iterator[tuple[str, object, str]]:
    """Yield name, value and source of all that is set; the last one counts."""
    for name, value in ({} if file is None else _read_file(file)).items():
        yield name, value, f"in {file}"
    for name in Configuration.model_fields:
        for variable in environment_variables(name):
            value = environment.get(variable)
            if value and not _LEFT_EMPTY.fullmatch(value):
                yield name, value, f"from {variable}"
    for name, value in flags.items():
        yield name, value, f"from {flag(name)}"


def flag(name: str) -> str:
    """Return the option that sets a setting; secrets have none."""
    return f"--{name.replace('_', '-')}"


def choices(name: str) -> tuple[str, ...]:
    """Return the values that a setting can have, or nothing if they are not listed."""
    listed = get_args(Configuration.model_fields[name].annotation)
    return listed if all(isinstance(choice, str) for choice in listed) else ()


def environment_variables(name: str) -> tuple[str, ...]:
    """Return the variables a setting is read from; the last one set wins."""
    own = f"{ENVIRONMENT_PREFIX}{name.upper()}"
    if name == "api_key":
        return (_POSTHOG_VARIABLES[name],)
    return (_POSTHOG_VARIABLES[name], own) if name in _POSTHOG_VARIABLES else (own,)


def _read_file(file: Path) -> dict[str, object]:
    try:
        content: object = json.loads(
            read_regular(file, _LARGEST_FILE), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except OSError as error:
        raise InvalidConfiguration(f"{file}: cannot be read ({error.strerror}); check the path.") from None
    except json.JSONDecodeError as error:
        raise InvalidConfiguration(
            f"{file}: is not JSON (line {error.lineno}, column {error.colno}); "
            "compare it with config.example.json."
        ) from None
    except _Twice as twice:
        raise InvalidConfiguration(f"{file}: has the key {twice} twice; delete one of them.") from None
    except (ValueError, RecursionError):
        raise InvalidConfiguration(f"{file}: is not JSON; compare it with config.example.json.") from None
    if not isinstance(content, dict):
        raise InvalidConfiguration(f"{file}: must be a JSON object; compare it with config.example.json.")
    settings = cast("dict[str, object]", content)
    secret = next(iter(SECRETS & settings.keys()), None)
    if secret and os.name == "posix" and file.stat().st_mode & _OTHERS_MAY_READ:
        raise InvalidConfiguration(
            f"{secret} in {file}: other users can read this file; run `chmod 600` on it, or set "
            f"{environment_variables(secret)[-1]} instead."
        )
    return settings


class _Twice(Exception):
    """An object has a key twice; the text is the key."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for key, value in pairs:
        if key in members:
            raise _Twice(repr(key[:_LONGEST_KEY]))
        members[key] = value
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and the infinities are not JSON


def _explain(detail: ErrorDetails, sources: Mapping[str, str]) -> str:
    key = str(detail["loc"][0])
    place = f"{key} ({sources.get(key, 'default')})"
    field = Configuration.model_fields.get(key)
    if field is None:
        near = get_close_matches(key, Configuration.model_fields, 1)
        return f"{place}: unknown key; {f'did you mean {near[0]!r}?' if near else 'see config.example.json.'}"
    example = field.get_default()
    if listed := choices(key):
        fix = f"use one of {', '.join(listed)}."
    elif example is None:
        fix = f"expected: {field.description}."
    else:
        fix = f"for example {orjson.dumps(example, default=str).decode()} ({field.description})."
    if key in SECRETS and detail["type"] == "too_short":
        return f"{place}: too short; {fix}"  # pydantic would count the "items" of a secret
    return f"{place}: {detail['msg']}; {fix}"
