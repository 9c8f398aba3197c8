"""The connection to one project, and what every request to it needs.

A new endpoint needs its model in `_models`, one method in `_reader` or `_client`, and the model's name in
`__init__`. The method makes a request by `_recording_request(recording_id, "things")`, or a `Request` with
`_path("things")` for what is not about one recording, and returns `_read(Things, request)`. Rate limits, the
error for a 404, retries and deadlines follow from the path and the method.
"""

from typing import Annotated, Any, Self, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from recordings_mcp.client._answers import read_model
from recordings_mcp.client._cache import AnswerMemory
from recordings_mcp.client._connection import Connection
from recordings_mcp.client._errors import ProjectNotChosen, UnexpectedAnswer
from recordings_mcp.client._models import Project, Received, User
from recordings_mcp.client._rate_budget import RateBudget
from recordings_mcp.client._rate_limits import OTHER, RECORDINGS, SNAPSHOTS, Buckets
from recordings_mcp.client._references import path_segment
from recordings_mcp.client._refusals import NotAuthenticated, RecordingNotFound, RequestRefused
from recordings_mcp.client._request import Method, Request
from recordings_mcp.client._settings import Timeouts, check_api_key, check_project_id, parse_host
from recordings_mcp.client._transports import Transport

Model = TypeVar("Model", bound=BaseModel)

_OAUTH = "pha_"

_BUCKETS: dict[str, Buckets] = {"snapshots": SNAPSHOTS, "sharing": OTHER}
"""The rate limits of parts of a recording, where they differ from those of recordings."""


def _words(value: Any) -> Any:
    """Return scopes as a list: RFC 7662 writes them as words of one text."""
    return value.split() if isinstance(value, str) else value


def _empty_for_null(value: Any) -> Any:
    return value or []


class ProjectConnection:
    """One PostHog project over one connection pool.

    Args:
        host: Where PostHog is: `https://us.posthog.com`, `https://eu.posthog.com` or your own.
        project_id: The project's number. None: the only project that the key is limited to, else the only one
            of its account, looked up at first use.
        api_key: A personal API key (`phx_…`) or OAuth token (`pha_…`) with the scopes that the methods name.
        transport: What carries requests instead of the network, such as `application_transport(app)`.
        timeouts: Seconds for each step of a request, and for a call that has no `deadline`.
        rate_budget: What is left of PostHog's rate limits; pass the same one to all clients of a process.
        memory: Where answers are cached; 16 MiB of its own if left out. Clients that share one are bounded
            together, and none is given another's answers.
        proxies_from_environment: Use the proxies and certificates named by environment variables.

    Raises:
        InvalidHost, InvalidKey, InvalidProject: A setting cannot work.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of its own, and most have a default
        self,
        *,
        host: str,
        project_id: int | str | None,
        api_key: str,
        transport: Transport | None = None,
        timeouts: Timeouts | None = None,
        rate_budget: RateBudget | None = None,
        memory: AnswerMemory | None = None,
        proxies_from_environment: bool = False,
    ) -> None:
        self._host = parse_host(host)
        self._project_id = None if project_id is None else check_project_id(project_id)
        self._api_key = check_api_key(api_key)
        self._connection = Connection(
            self._host,
            self._api_key,
            timeouts=timeouts or Timeouts(),
            rate_budget=rate_budget or RateBudget(),
            memory=memory or AnswerMemory(),
            transport=transport,
            proxies_from_environment=proxies_from_environment,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(host={self._host.origin!r}, project_id={self._project_id!r})"

    async def __aenter__(self) -> Self:
        await self._connection.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; for a client that is used without `async with`.

        Such a client connects with its first request, which takes about 0.1 s longer.
        """
        await self._connection.aclose()

    @property
    def host(self) -> str:
        """Where PostHog is: scheme, name and port, if it has one."""
        return self._host.origin

    async def me(self) -> User:
        """Return the owner of the API key. Scope: `user:read`."""
        return await self._read(User, Request(path="/api/users/@me/"))

    async def scopes(self) -> frozenset[str]:
        """Return the scopes of the API key, such as `session_recording:read`, or `*` for everything.

        Some servers require the scope `personal_api_key:read` for it, and `introspection` of an OAuth token
        (`pha_`). A scope to write includes reading.
        """
        return frozenset((await self._key()).scopes)

    async def project_id(self) -> int:
        """Return the project's number; looked up once if it was not configured.

        It is the only one that the key is limited to, else the only one of its account. Scope for the second:
        `user:read`.

        Raises:
            ProjectNotChosen: There is none or several.
        """
        if self._project_id is None:
            ids = await self._limited_to() or await self._projects_of_account()
            if len(ids) != 1:
                raise ProjectNotChosen(sorted(ids))
            self._project_id = ids.pop()
        return self._project_id

    async def project(self) -> Project:
        """Return the project's name. Scope: `project:read`."""
        return await self._read(Project, Request(path=await self._path()))

    async def _key(self) -> "_Key":
        """Return what PostHog says of the key; of an OAuth token another endpoint says it (RFC 7662)."""
        secret = self._api_key.get_secret_value()
        if not secret.startswith(_OAUTH):
            return await self._read(_Key, Request(path="/api/personal_api_keys/@current/"))
        request = Request(method="POST", path="/oauth/introspect", body={"token": secret})
        return await self._read(_Key, request)

    async def _limited_to(self) -> set[int]:
        """Return the projects that the key is limited to; none if it is not, or if PostHog does not say."""
        try:
            return {*(await self._key()).scoped_teams}
        except NotAuthenticated:
            raise
        except (RequestRefused, UnexpectedAnswer):
            return set()

    async def _projects_of_account(self) -> set[int]:
        user = await self.me()
        organization = user.organization
        listed = (organization.projects or organization.teams) if organization else []
        return {project.id for project in listed} or ({user.team.id} if user.team else set())

    async def _read(self, model: type[Model], request: Request) -> Model:
        """Send a request and return its answer as a model."""
        return read_model(model, await self._connection.send(request))

    async def _recording_request(
        self, recording_id: str, *beyond: str, method: Method = "GET", body: Any = None
    ) -> Request:
        """Return a request about one recording, or about a part of it. All but GET change something."""
        return Request(
            method=method,
            path=await self._path("session_recordings", path_segment(recording_id), *beyond),
            body=body,
            changes=method != "GET",
            not_found=RecordingNotFound,
            rate_limit_buckets=_BUCKETS.get(beyond[0], RECORDINGS) if beyond else RECORDINGS,
        )

    async def _path(self, *segments: str) -> str:
        """Return a path within the project; the segments are quoted already."""
        return "/".join(["/api/projects", str(await self.project_id()), *segments, ""])


class _Key(Received):
    scopes: Annotated[list[str], BeforeValidator(_words)] = Field(
        validation_alias=AliasChoices("scopes", "scope")
    )
    scoped_teams: Annotated[list[int], BeforeValidator(_empty_for_null)] = Field(default_factory=list[int])
