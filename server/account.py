"""Which PostHog the server speaks to: the configured one, or the embedded sandbox."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from pydantic import SecretStr

from recordings_mcp.client import (
    AnswerMemory,
    ConfigurationError,
    InvalidKey,
    InvalidProject,
    RateBudget,
    RecordingsClient,
    Transport,
    network_transports,
)
from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.server.embedded_sandbox import (
    EMBEDDED_API_KEY,
    EMBEDDED_HOST,
    EMBEDDED_PROJECT,
    embedded_sandbox,
)

_ANY_KEY = "phx_00000000"
"""Has the shape of a key, to try the other settings with; never sent."""
_MEMORY_OF_ALL_CALLERS = 64 * 2**20
"""Bytes of answers that are kept for all callers of a gateway together."""
_NO_KEY = (
    "api_key: there is none. Set POSTHOG_PERSONAL_API_KEY to a personal API key (phx_…), made in PostHog "
    "under Settings → Personal API keys; or try without an account: recordings-mcp --sandbox"
)


def prepare_client(
    configuration: Configuration, transport: Transport | None
) -> Callable[[], RecordingsClient]:
    """How to make a client of the configured account; wrong settings are told now, not at the first call.

    Raises:
        InvalidConfiguration: The host, the project or the API key cannot be used.
    """
    budget = _rate_budget(configuration)
    connect = (
        _sandbox(transport, budget) if configuration.sandbox else _posthog(configuration, transport, budget)
    )
    with _named_as_settings():
        connect()
    return connect


def prepare_caller_clients(
    configuration: Configuration, transport: Transport | None
) -> Callable[[SecretStr], RecordingsClient]:
    """How to make clients for keys that callers bring; the host is the configured one for all of them.

    Raises:
        InvalidConfiguration: The host or the project cannot be used.
    """
    if configuration.sandbox:
        transport = transport or embedded_sandbox()
    host = EMBEDDED_HOST if configuration.sandbox else configuration.host
    make_transport = _transports(transport, configuration)
    # Of the process, so that a caller who left and comes back has spent what was spent.
    budget = _rate_budget(configuration)
    memory = AnswerMemory(_MEMORY_OF_ALL_CALLERS)

    def connect(api_key: SecretStr) -> RecordingsClient:
        return RecordingsClient(
            host=host,
            project_id=configuration.project,
            api_key=api_key.get_secret_value(),
            rate_budget=budget,
            memory=memory,
            transport=make_transport(),
            proxies_from_environment=configuration.environment_proxy,
        )

    with _named_as_settings():
        connect(SecretStr(_ANY_KEY))
    return connect


def _transports(transport: Transport | None, configuration: Configuration) -> Callable[[], Transport | None]:
    # Through a proxy each client makes its own: httpx leaves the proxies of the environment to its clients.
    if transport is None and not configuration.environment_proxy:
        return network_transports()
    return lambda: transport


@contextmanager
def _named_as_settings() -> Generator[None]:
    try:
        yield
    except InvalidKey as error:
        raise InvalidConfiguration(f"api_key: {error}") from None
    except InvalidProject as error:
        raise InvalidConfiguration(f"project: {error}") from None
    except ConfigurationError as error:
        raise InvalidConfiguration(f"host: {error}") from None


def _rate_budget(configuration: Configuration) -> RateBudget:
    """What is left of PostHog's rate limits, by API key; one for all clients of this process."""
    return RateBudget(plan=None if configuration.plan == "auto" else configuration.plan)


def _posthog(
    configuration: Configuration, transport: Transport | None, budget: RateBudget
) -> Callable[[], RecordingsClient]:
    if configuration.api_key is None:
        raise InvalidConfiguration(_NO_KEY)
    api_key = configuration.api_key.get_secret_value()
    return lambda: RecordingsClient(
        host=configuration.host,
        project_id=configuration.project,
        api_key=api_key,
        rate_budget=budget,
        transport=transport,
        proxies_from_environment=configuration.environment_proxy,
    )


def _sandbox(transport: Transport | None, budget: RateBudget) -> Callable[[], RecordingsClient]:
    carrier = transport or embedded_sandbox()
    return lambda: RecordingsClient(
        host=EMBEDDED_HOST,
        project_id=EMBEDDED_PROJECT,
        api_key=EMBEDDED_API_KEY,
        rate_budget=budget,
        transport=carrier,
    )
