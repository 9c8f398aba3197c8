"""Pages of shared recordings, which need no key: `/shared/<token>`, and the same as JSON."""

import html
import json
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from recordings_mcp.sandbox.access import Sandbox
from recordings_mcp.sandbox.clock import milliseconds
from recordings_mcp.sandbox.shares import Share, Shares

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><div id="root"></div><script id="exported-data" type="application/json">{data}</script></body></html>
"""


def shared_page_routes() -> list[Route]:
    """The routes of shared pages; `/embedded/` differs in the type that it tells."""
    return [
        Route(f"/{kind}/{{token}}", _shared_page, methods=["GET"])
        for kind in ("shared", "embedded", "shared_dashboard")
    ]


async def _shared_page(request: Request) -> Response:
    sandbox = cast("Sandbox", request.app.state.sandbox)
    token, _, extension = str(request.path_params["token"]).partition(".")
    share = Shares(sandbox.store, milliseconds(sandbox.clock())).of_token(token)
    if share is None or not sandbox.settings.public_sharing or _is_gone(sandbox, share):
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


def _is_gone(sandbox: Sandbox, share: Share) -> bool:
    deleted = "SELECT 1 FROM recording WHERE id = ? AND deleted_at IS NOT NULL"
    return sandbox.store.row(deleted, (share.recording_id,)) is not None
