"""The connection to one project, and what every request to it needs."""

from typing import Any, Literal, Self

from recordings_mcp.client._answers import read_model
from recordings_mcp.client._cache import AnswerMemory
from recordings_mcp.client._connection import Connection
from recordings_mcp.client._errors import ProjectNotChosen
from recordings_mcp.client._models import Project, Received, User
from recordings_mcp.client._rate_budget import RateBudget
from recordings_mcp.client._rate_limits import OTHER, RECORDINGS, SNAPSHOTS, Limits
from recordings_mcp.client._references import path_segment
from recordings_mcp.client._refusals import RecordingNotFound
from recordings_mcp.client._request import Request
from recordings_mcp.client._settings import Timeouts, check_api_key, check_project_id, parse_host
from recordings_mcp.client._transports import Transport


class ProjectConnection:
    """One PostHog project over one connection pool.

    Args:
        host: Where PostHog is: `https://us.posthog.com`, `https://eu.posthog.com` or your own.
        project_id: The project's number. None: the only project of the key's account, looked up at first use.
        api_key: A personal API key (`phx_…`) with the scopes that the methods name.
        transport: What carries requests instead of the network, such as `application_transport(app)`.
        timeouts: Seconds for each step of a request, and for a call that brings no `deadline`.
        rate_budget: What is left of PostHog's rate limits; pass the same one to all clients of a process.
        memory: Where answers are kept for a short while; 16 MiB of its own if left out. Those who share one
            are bounded together, and none is given what another was answered.
        proxies_from_environment: Use the proxies and certificates named by environment variables.

    Raises:
        InvalidHost, InvalidKey, InvalidProject: A setting cannot work.
    """

    def __init__(  # noqa: PLR0913 — each is a setting of its own, and most have a default
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
        self._connection = Connection(
            self._host,
            check_api_key(api_key),
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

        Such a client becomes ready with its first request, which takes that much longer (about 0.1 s).
        """
        await self._connection.aclose()

    @property
    def host(self) -> str:
        """Where PostHog is: scheme, name and, if any, port."""
        return self._host.origin

    async def me(self) -> User:
        """Read who owns the API key. Scope: `user:read`."""
        return read_model(User, await self._connection.answer(Request(path="/api/users/@me/")))

    async def scopes(self) -> frozenset[str]:
        """Read what the API key may do, such as `session_recording:read`, or `*` for everything.

        Some servers want the scope `personal_api_key:read` for it. To write implies to read.
        """
        answer = await self._connection.answer(Request(path="/api/personal_api_keys/@current/"))
        return frozenset(read_model(_Key, answer).scopes)

    async def project_id(self) -> int:
        """Give the project's number; looked up once when it was not configured. Scope then: `user:read`.

        Raises:
            ProjectNotChosen: The account of the key has no project or several.
        """
        if self._project_id is None:
            user = await self.me()
            organization = user.organization
            listed = (organization.projects or organization.teams) if organization else []
            ids = {project.id for project in listed} or ({user.team.id} if user.team else set())
            if len(ids) != 1:
                raise ProjectNotChosen(sorted(ids))
            self._project_id = ids.pop()
        return self._project_id

    async def project(self) -> Project:
        """Read the project's name. Scope: `project:read`."""
        return read_model(Project, await self._connection.answer(Request(path=f"{await self._path()}")))

    async def _request(
        self,
        recording_id: str,
        *beyond: str,
        method: Literal["GET", "POST", "PATCH", "DELETE"] = "GET",
        body: Any = None,
    ) -> Request:
        """Make a request about one recording, or about a thing of it. All but GET change something."""
        segment = path_segment(recording_id)
        path = await self._path("session_recordings", segment, *beyond)
        return Request(
            method=method,
            path=path,
            body=body,
            changes=method != "GET",
            missing=RecordingNotFound,
            counts_as=_COUNTS_AS[beyond[0]] if beyond else RECORDINGS,
        )

    async def _path(self, *segments: str) -> str:
        """Give a path within the project, of segments that are quoted already."""
        return "/".join(["/api/projects", str(await self.project_id()), *segments, ""])


_COUNTS_AS: dict[str, Limits] = {"snapshots": SNAPSHOTS, "sharing": OTHER}


class _Key(Received):
    scopes: list[str]
