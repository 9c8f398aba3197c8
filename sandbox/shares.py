"""Sharing configurations of recordings, as rows.

Nothing is stored until the first change. Before that, each read returns new defaults, with a token that does
not work. When a token is renewed, the old one works for 300 seconds more.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

import orjson

from recordings_mcp.sandbox.clock import iso
from recordings_mcp.sandbox.store import Row, Store

GRACE = 300_000


@dataclass(frozen=True, slots=True)
class Share:
    """How a recording is shared. Without an id it is not stored; moments are milliseconds since the epoch."""

    project: int
    recording_id: str
    access_token: str
    enabled: bool = False
    settings: dict[str, Any] | None = None
    password_required: bool = False
    id: int | None = None
    created_at: float | None = None
    expires_at: float | None = None


class Shares:
    """Reads and stores shares."""

    def __init__(self, store: Store, now: float) -> None:
        self._store = store
        self._now = now

    def of_recording(self, project: int, recording_id: str) -> Share:
        """Return the share of a recording, or a new one that is not stored."""
        row = self._store.row(
            "SELECT * FROM sharing WHERE project_id = ? AND recording_id = ? AND expires_at IS NULL",
            (project, recording_id),
        )
        return Share(project, recording_id, _new_token()) if row is None else _share(row)

    def of_token(self, token: str) -> Share | None:
        """Return the share of a token, or None if it is not enabled or has expired."""
        row = self._store.row(
            "SELECT * FROM sharing WHERE access_token = ? AND enabled"
            " AND (expires_at IS NULL OR expires_at > ?)",
            (token, self._now),
        )
        return None if row is None else _share(row)

    def save(self, share: Share) -> Share:
        """Store a share and return it with its id."""
        settings = None if share.settings is None else orjson.dumps(share.settings).decode()
        if share.id is not None:
            self._store.run(
                "UPDATE sharing SET enabled = ?, settings = ?, password_required = ? WHERE id = ?",
                (share.enabled, settings, share.password_required, share.id),
            )
            return share
        columns = (
            share.project,
            share.recording_id,
            share.access_token,
            share.enabled,
            settings,
            share.password_required,
            self._now,
        )
        identifier = self._store.run(
            "INSERT INTO sharing (project_id, recording_id, access_token, enabled, settings,"
            " password_required, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            columns,
        )
        return replace(share, id=identifier, created_at=self._now)

    def renew(self, share: Share) -> Share:
        """Store and return a copy with a new token, and let the old one expire."""
        renewed = self.save(replace(share, id=None, access_token=_new_token()))
        if share.id is not None:
            expires = (self._now + GRACE, share.id)
            self._store.run("UPDATE sharing SET expires_at = ? WHERE id = ?", expires)
            self._store.run(
                "INSERT INTO share_password (sharing_id, password, note, created_at, created_by)"
                " SELECT ?, password, note, created_at, created_by FROM share_password"
                " WHERE sharing_id = ? AND is_active",
                (renewed.id, share.id),
            )
        return renewed

    def add_password(self, share: Share, password: str, note: str, user: str) -> int | None:
        """Store a password of a share and return its id."""
        return self._store.run(
            "INSERT INTO share_password (sharing_id, password, note, created_at, created_by)"
            " VALUES (?, ?, ?, ?, ?)",
            (share.id, password, note, self._now, user),
        )

    def remove_password(self, share: Share, identifier: str) -> bool:
        """Deactivate a password. Return whether there was one."""
        found = self._store.row(
            "SELECT id FROM share_password WHERE sharing_id = ? AND id = ? AND is_active",
            (share.id, identifier),
        )
        self._store.run(
            "UPDATE share_password SET is_active = 0 WHERE sharing_id = ? AND id = ?", (share.id, identifier)
        )
        return found is not None

    def represent(self, share: Share) -> dict[str, Any]:
        """Return a share with the metadata of its passwords."""
        passwords = self._store.rows(
            "SELECT * FROM share_password WHERE sharing_id = ? AND is_active ORDER BY id", (share.id,)
        )
        return {
            "created_at": None if share.created_at is None else iso(share.created_at),
            "enabled": share.enabled,
            "access_token": share.access_token,
            "settings": share.settings,
            "password_required": share.password_required,
            "share_passwords": [
                {
                    "id": row["id"],
                    "created_at": iso(row["created_at"]),
                    "note": row["note"],
                    "created_by_email": row["created_by"],
                    "is_active": True,
                }
                for row in passwords
            ],
        }


def _new_token() -> str:
    return secrets.token_urlsafe(22)


def _share(row: Row) -> Share:
    return Share(
        project=row["project_id"],
        recording_id=row["recording_id"],
        access_token=row["access_token"],
        enabled=bool(row["enabled"]),
        settings=None if row["settings"] is None else orjson.loads(row["settings"]),
        password_required=bool(row["password_required"]),
        id=row["id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
