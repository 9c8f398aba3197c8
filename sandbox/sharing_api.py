"""Endpoints of a recording's sharing, and the shared pages, which need no key.

None of the endpoints checks that the recording exists.
"""

import html
import json
import secrets
from dataclasses import replace
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from recordings_mcp.sandbox.access import Access, Call, Handler, Sandbox, boolean
from recordings_mcp.sandbox.clock import iso, milliseconds
from recordings_mcp.sandbox.errors import invalid, not_found, permission_denied, plain_error
from recordings_mcp.sandbox.shares import Share, Shares

READ = Access("sharing_configuration:read")
WRITE = Access("sharing_configuration:write", editors_only=True)

_SHORTEST_PASSWORD = 8
_LONGEST_NOTE = 100
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><div id="root"></div><script id="exported-data" type="application/json">{data}</script></body></html>
"""


class SharedPageSettings(BaseModel):
    """The look of a shared page; unknown settings are dropped."""

    model_config = ConfigDict(extra="ignore")

    whitelabel: bool | None = None
    noHeader: bool | None = None  # noqa: N815 (PostHog's name)
    showInspector: bool | None = None  # noqa: N815 (as above)
    legend: bool | None = None
    detailed: bool | None = None
    hideExtraDetails: bool | None = None  # noqa: N815 (as above)
    theme: Literal["light", "dark", "system"] | None = None


def read_sharing(call: Call) -> Response:
    """Answer `GET /sharing/`: one object, with a made-up token until the first change."""
    shares = _shares(call)
    return JSONResponse(shares.represent(_share(call)))


def change_sharing(call: Call) -> Response:
    """Answer `PATCH /sharing/`: `enabled`, `settings` and `password_required` can be changed."""
    body = call.body_object()
    _check_public(call, body)
    if body.get("password_required") and not call.sandbox.settings.advanced_permissions:
        return plain_error(403, "Sharing with password requires the Advanced Permissions feature")
    changes: dict[str, Any] = {
        name: boolean(body[name], name) for name in ("enabled", "password_required") if name in body
    }
    if "settings" in body:
        changes["settings"] = _page_settings(body["settings"])
    shares = _shares(call)
    return JSONResponse(shares.represent(shares.save(replace(_share(call), **changes))))


def renew_token(call: Call) -> Response:
    """Answer `POST /sharing/refresh/`: a new token; a recording never shared stays unshared."""
    _check_public(call, call.body_object())
    shares = _shares(call)
    return JSONResponse(shares.represent(shares.renew(_share(call))))


def create_password(call: Call) -> Response:
    """Answer `POST /sharing/passwords/`: the only answer that shows the password."""
    body = call.body_object()
    _check_public(call, body)
    share = _share(call)
    if not share.password_required:
        return plain_error(400, "Password protection must be enabled before creating passwords")
    if not call.sandbox.settings.advanced_permissions:
        return plain_error(403, "Password management requires the Advanced Permissions feature")
    password, note = _password(body), _note(body)
    identifier = _shares(call).add_password(share, password, note, call.user)
    created = {
        "id": identifier,
        "password": password,
        "note": note,
        "created_at": iso(milliseconds(call.sandbox.clock())),
        "created_by_email": call.user,
    }
    return JSONResponse(created, status_code=201)


def delete_password(call: Call) -> Response:
    """Answer `DELETE /sharing/passwords/:id/`."""
    if not call.sandbox.settings.advanced_permissions:
        return plain_error(403, "Password management requires the Advanced Permissions feature")
    if not _shares(call).remove_password(_share(call), str(call.request.path_params["password_id"])):
        raise not_found("Password not found")
    return Response(status_code=204)


HANDLERS: tuple[tuple[str, str, Handler, Access], ...] = (
    ("GET", "/{recording_id}/sharing", read_sharing, READ),
    ("PATCH", "/{recording_id}/sharing", change_sharing, WRITE),
    ("POST", "/{recording_id}/sharing/refresh", renew_token, WRITE),
    ("POST", "/{recording_id}/sharing/passwords", create_password, WRITE),
    ("DELETE", "/{recording_id}/sharing/passwords/{password_id}", delete_password, WRITE),
)
"""Method, path below `session_recordings`, handler and requirements."""


def shared_page_routes() -> list[Route]:
    """Return the routes of shared pages; `/embedded/` differs only in the `type` of its data."""
    return [
        Route(f"/{kind}/{{token}}", _shared_page, methods=["GET"])
        for kind in ("shared", "embedded", "shared_dashboard")
    ]


def _shares(call: Call) -> Shares:
    return Shares(call.sandbox.store, milliseconds(call.sandbox.clock()))


def _share(call: Call) -> Share:
    return _shares(call).of_recording(call.project, call.recording_id)


def _check_public(call: Call, body: dict[str, Any]) -> None:
    if body.get("enabled") and not call.sandbox.settings.public_sharing:
        raise permission_denied("Public sharing is disabled for this organization.")


def _page_settings(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    try:
        return SharedPageSettings.model_validate(value).model_dump(exclude_none=True)
    except ValidationError as error:
        raise invalid("Invalid settings format", attr="settings") from error


def _password(body: dict[str, Any]) -> str:
    password = str(body.get("raw_password") or "") or secrets.token_urlsafe(12)
    if len(password) < _SHORTEST_PASSWORD:
        raise invalid("Password must be at least 8 characters long.", attr="raw_password")
    return password


def _note(body: dict[str, Any]) -> str:
    note = str(body.get("note", ""))
    if len(note) > _LONGEST_NOTE:
        detail = f"Ensure this field has no more than {_LONGEST_NOTE} characters."
        raise invalid(detail, code="max_length", attr="note")
    return note


async def _shared_page(request: Request) -> Response:
    sandbox = cast("Sandbox", request.app.state.sandbox)
    token, _, extension = str(request.path_params["token"]).partition(".")
    share = Shares(sandbox.store, milliseconds(sandbox.clock())).of_token(token)
    deleted = "SELECT 1 FROM recording WHERE id = ? AND deleted_at IS NOT NULL"
    if (
        share is None
        or not sandbox.settings.public_sharing
        or sandbox.store.row(deleted, (share.recording_id,)) is not None
    ):
        return HTMLResponse(_PAGE.format(title="Page not found", data="{}"), status_code=404)
    if share.password_required:
        return _page("Unlock", {"type": "unlock"})
    exported = _exported(share, embedded=request.url.path.startswith("/embedded/"))
    return JSONResponse(exported) if extension == "json" else _page("Session Recording", exported)


def _exported(share: Share, *, embedded: bool) -> dict[str, Any]:
    shown = {key: value for key, value in (share.settings or {}).items() if value and key != "whitelabel"}
    return {
        "type": "embed" if embedded else "scene",
        "accessToken": share.access_token,
        "recording": {
            "id": share.recording_id,
            "recording_duration": None,
            "start_time": None,
            "end_time": None,
        },
        **shown,
    }


def _page(title: str, data: dict[str, Any]) -> Response:
    text = json.dumps(data).replace("<", "\\u003c")
    return HTMLResponse(_PAGE.format(title=html.escape(title), data=text))
