"""Endpoints of persons, projects, the user and the key."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.responses import JSONResponse, Response

from recordings_mcp.sandbox.access import PROJECTS, Access, Call, Handler
from recordings_mcp.sandbox.errors import not_found, permission_denied
from recordings_mcp.sandbox.filters import Condition, all_of
from recordings_mcp.sandbox.represent import represent_person
from recordings_mcp.sandbox.settings import ApiKey, SandboxSettings

PERSONS = Access("person:read")

_MOST_PERSONS = 100
_OAUTH = "pha_"
_KNOWN_AS = (
    "EXISTS (SELECT 1 FROM person_distinct_id WHERE person_id = person.id AND"
    " person_distinct_id.project_id = person.project_id AND instr(lower(distinct_id), lower(?)))"
)


def list_persons(call: Call) -> Response:
    """Answer `GET /persons/`, narrowed by `distinct_id`, `email` and `search`; all else is ignored."""
    found = all_of(_person_conditions(call))
    rows = call.sandbox.store.rows(
        f"SELECT * FROM person WHERE {found.sql} ORDER BY created_at DESC, id DESC LIMIT ?",  # noqa: S608 (values are parameters)
        (*found.parameters, _MOST_PERSONS),
    )
    persons = [represent_person(row, call.sandbox.store) for row in rows]
    return JSONResponse({"results": persons, "next": None, "previous": None})


def retrieve_person(call: Call) -> Response:
    """Answer `GET /persons/:id/`, by number or UUID."""
    asked = str(call.request.path_params["person_id"])
    row = call.sandbox.store.row(
        "SELECT * FROM person WHERE project_id = ? AND (uuid = ? OR CAST(id AS TEXT) = ?)",
        (call.project, asked, asked),
    )
    if row is None:
        raise not_found()
    return JSONResponse(represent_person(row, call.sandbox.store))


def retrieve_project(call: Call) -> Response:
    """Answer `GET /projects/:id/`."""
    settings = call.sandbox.settings
    return JSONResponse(
        {
            **_project(call.project),
            "session_recording_opt_in": True,
            "session_recording_retention_period": f"{settings.retention_days}d",
            "test_account_filters": [
                one.model_dump(exclude_none=True) for one in settings.test_account_filters
            ],
        }
    )


def list_projects(_call: Call) -> Response:
    """Answer `GET /projects/`: all projects of the user's organizations."""
    results = [_project(project) for project in PROJECTS]
    return JSONResponse({"count": len(results), "next": None, "previous": None, "results": results})


def retrieve_user(call: Call) -> Response:
    """Answer `GET /users/@me/`: the owner of the key, their current project and organization."""
    current = min(call.key.projects or PROJECTS) if call.key else 0
    return JSONResponse(
        {
            "uuid": _uuid("users", call.user),
            "distinct_id": _uuid("distinct_ids", call.user),
            "email": call.user,
            "first_name": call.user.partition("@")[0].title(),
            "last_name": "",
            "is_email_verified": True,
            "is_staff": False,
            "team": _project(current),
            "organization": _organization(current),
            "organizations": [_organization(project) for project in PROJECTS],
        }
    )


def retrieve_key(call: Call) -> Response:
    """Answer `GET /personal_api_keys/@current/`: what the key may do. A token of OAuth is no personal key."""
    key = call.key or ApiKey(value="")
    if key.value.startswith(_OAUTH):
        raise permission_denied()
    return JSONResponse(
        {
            "id": _uuid("keys", key.value),
            "label": "Sandbox",
            "value": None,
            "mask_value": f"{key.value[:3]}_...{key.value[-4:]}",
            "user_id": 1,
            "scopes": sorted(key.scopes),
            "scoped_teams": sorted(key.projects or ()),
            "scoped_organizations": [],
        }
    )


def introspect_token(call: Call) -> Response:
    """Answer `POST /oauth/introspect`: what an OAuth token may do; of another only that it is not active."""
    asked = str(call.body_object().get("token", ""))
    token = next((key for key in call.sandbox.settings.keys if key.value == asked), None)
    if token is None or not asked.startswith(_OAUTH):
        return JSONResponse({"active": False})
    return JSONResponse(
        {
            "active": True,
            "scope": " ".join(sorted(token.scopes)),
            "scoped_teams": sorted(token.projects or ()),
            "scoped_organizations": [],
            "client_id": _uuid("applications", "sandbox"),
        }
    )


PROJECT_HANDLERS: tuple[tuple[str, str, Handler, Access], ...] = (
    ("GET", "", retrieve_project, Access("project:read")),
    ("GET", "/persons", list_persons, PERSONS),
    ("GET", "/persons/{person_id}", retrieve_person, PERSONS),
)
"""Method, path below a project, handler and requirements."""


def handlers(settings: SandboxSettings) -> tuple[tuple[str, str, Handler, Access], ...]:
    """Return method, path, handler and requirements of what is outside of projects."""
    own_key = "" if settings.lists_scopes == "always" else "personal_api_key:read"
    return (
        ("GET", "/api/projects", list_projects, Access("project:read", in_project=False)),
        ("GET", "/api/users/@me", retrieve_user, Access("user:read", in_project=False)),
        ("GET", "/api/personal_api_keys/@current", retrieve_key, Access(own_key, in_project=False)),
        ("POST", "/oauth/introspect", introspect_token, Access("introspection", in_project=False)),
    )


def _person_conditions(call: Call) -> list[Condition]:
    parameters = call.request.query_params
    conditions = [Condition("project_id = ?", (call.project,))]
    if distinct_id := parameters.get("distinct_id"):
        own = "id IN (SELECT person_id FROM person_distinct_id WHERE project_id = ? AND distinct_id = ?)"
        conditions.append(Condition(own, (call.project, distinct_id)))
    if email := parameters.get("email"):
        conditions.append(Condition("json_extract(properties, '$.email') = ?", (email,)))
    if search := parameters.get("search"):
        named = f"instr(lower(properties), lower(?)) OR instr(lower(name), lower(?)) OR {_KNOWN_AS}"
        conditions.append(Condition(named, (search, search, search)))
    return conditions


def _project(project: int) -> dict[str, Any]:
    return {
        "id": project,
        "uuid": _uuid("projects", str(project)),
        "organization": _uuid("organizations", str(project)),
        "api_token": f"phc_SandboxProjectToken{project:04}",
        "name": PROJECTS[project],
        "timezone": "UTC",
        "ingested_event": True,
        "is_demo": False,
    }


def _organization(project: int) -> dict[str, Any]:
    projects = [_project(project)]
    return {
        "id": _uuid("organizations", str(project)),
        "name": f"Organization of {PROJECTS[project]}",
        "projects": projects,
        "teams": projects,
    }


def _uuid(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://shop.example/{kind}/{name}"))
