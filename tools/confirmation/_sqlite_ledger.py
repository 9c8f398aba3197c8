"""The ledger that several processes share: one SQLite file."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from anyio import to_thread

from recordings_mcp.tools.confirmation._ledger import MOST_OPEN, Clock, OpenPlan, new_plan

_SECONDS_TO_WAIT_FOR_OTHERS = 10.0
_TABLE = """
CREATE TABLE IF NOT EXISTS plan (
    subject TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    expires_at REAL NOT NULL
) WITHOUT ROWID
"""
_FIND = "SELECT id, expires_at FROM plan WHERE subject = ? AND expires_at > ?"
_EXPIRE = "DELETE FROM plan WHERE expires_at <= ?"
_KEEP_NEWEST = (
    "DELETE FROM plan WHERE subject IN (SELECT subject FROM plan ORDER BY expires_at DESC LIMIT -1 OFFSET ?)"
)
_BURN = "DELETE FROM plan WHERE subject = ? AND id = ? AND expires_at > ?"


class SqliteLedger:
    """The ledger in a file that only its owner may read. Subjects are keyed digests: it names nobody.

    Raises:
        OSError: The file cannot be made, or is another user's.
        sqlite3.Error: It is no ledger.
    """

    def __init__(self, file: Path, clock: Clock, most_open: int = MOST_OPEN) -> None:
        self._file = file
        self._clock = clock
        self._most_open = most_open
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        file.chmod(0o600)  # somebody who can write it could bring a burnt plan back
        with self._transaction() as database:
            database.execute(_TABLE)

    async def open(self, subject: str) -> OpenPlan:
        """See `Ledger`."""
        return await to_thread.run_sync(self._open, subject)

    async def find(self, subject: str) -> OpenPlan | None:
        """See `Ledger`."""
        return await to_thread.run_sync(self._find, subject)

    async def burn(self, subject: str, plan_id: str) -> bool:
        """See `Ledger`. The file's lock decides between processes."""
        return await to_thread.run_sync(self._burn, subject, plan_id)

    def _open(self, subject: str) -> OpenPlan:
        now = self._clock()
        with self._transaction() as database:
            database.execute(_EXPIRE, (now,))
            row = database.execute(_FIND, (subject, now)).fetchone()
            if row is not None:
                return OpenPlan(*row)
            opened = new_plan(now)
            database.execute("INSERT INTO plan VALUES (?, ?, ?)", (subject, opened.id, opened.expires_at))
            database.execute(_KEEP_NEWEST, (self._most_open,))
            return opened

    def _find(self, subject: str) -> OpenPlan | None:
        with self._transaction() as database:
            row = database.execute(_FIND, (subject, self._clock())).fetchone()
        return None if row is None else OpenPlan(*row)

    def _burn(self, subject: str, plan_id: str) -> bool:
        with self._transaction() as database:
            return database.execute(_BURN, (subject, plan_id, self._clock())).rowcount == 1

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        """Open a connection for one transaction, so that any thread may use it."""
        with closing(sqlite3.connect(self._file, timeout=_SECONDS_TO_WAIT_FOR_OTHERS)) as database:
            database.isolation_level = None
            database.execute("BEGIN IMMEDIATE")
            with database:
                yield database
