"""The ledger that several processes share: one SQLite file."""

import os
import sqlite3
import stat
import time
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from anyio import to_thread

from recordings_mcp.tools.confirmation._ledger import MOST_OPEN, Clock, Lifetimes, OpenPlan

_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_SECONDS_TO_WAIT_FOR_OTHERS = 10.0
_TABLE = """
CREATE TABLE IF NOT EXISTS plan (
    subject TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    expires_at REAL NOT NULL
) WITHOUT ROWID
"""
_MARK = 0x7265_636C
"""The `application_id` of SQLite's header, by which a file is known to be a ledger: "recl"."""

_HEADER_BYTES = 100  # https://sqlite.org/fileformat2.html, 1.3
_MAGIC = b"SQLite format 3\0"
_PLACE_OF_MARK = slice(68, 72)

_FIND = "SELECT id, expires_at FROM plan WHERE subject = ?"
_EXPIRE = "DELETE FROM plan WHERE expires_at <= ?"
_KEEP_NEWEST = (
    "DELETE FROM plan WHERE subject IN (SELECT subject FROM plan ORDER BY expires_at DESC LIMIT -1 OFFSET ?)"
)
_BURN = "DELETE FROM plan WHERE subject = ? AND id = ?"


class SqliteLedger:
    """The ledger in a file that only its owner may read. Subjects are keyed digests: it names nobody.

    Raises:
        OSError: The file cannot be made, is another user's, or is no ledger; then it is left as it is.
        sqlite3.Error: It is damaged.
    """

    def __init__(
        self, file: Path, clock: Clock, most_open: int = MOST_OPEN, *, monotonic: Clock = time.monotonic
    ) -> None:
        self._file = file
        self._clock = clock
        self._lifetimes = Lifetimes(clock, monotonic, most_open)
        self._most_open = most_open
        _make_private(file)
        with self._transaction() as database:
            database.execute(f"PRAGMA application_id = {_MARK}")
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
        with self._transaction() as database:
            database.execute(_EXPIRE, (self._clock(),))
            found = self._read(database, subject)
            if found is not None:
                return found
            opened = self._lifetimes.new_plan()
            database.execute(
                "INSERT OR REPLACE INTO plan VALUES (?, ?, ?)", (subject, opened.id, opened.expires_at)
            )
            database.execute(_KEEP_NEWEST, (self._most_open,))
            return opened

    def _find(self, subject: str) -> OpenPlan | None:
        with self._transaction() as database:
            return self._read(database, subject)

    def _burn(self, subject: str, plan_id: str) -> bool:
        with self._transaction() as database:
            found = self._read(database, subject)
            if found is None or found.id != plan_id:
                return False
            return database.execute(_BURN, (subject, plan_id)).rowcount == 1

    def _read(self, database: sqlite3.Connection, subject: str) -> OpenPlan | None:
        row = database.execute(_FIND, (subject,)).fetchone()
        plan = None if row is None else OpenPlan(*row)
        return plan if plan is not None and self._lifetimes.is_open(plan) else None

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        """Open a connection for one transaction, so that any thread may use it."""
        with closing(sqlite3.connect(self._file, timeout=_SECONDS_TO_WAIT_FOR_OTHERS)) as database:
            database.isolation_level = None
            database.execute("BEGIN IMMEDIATE")
            with database:
                yield database


def _make_private(file: Path) -> None:
    """Make the file if there is none, and let only its owner read it if it is a ledger.

    Raises:
        OSError: It is something else, which stays as it is.
    """
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(file.lstat().st_mode):
            raise OSError("it is not a regular file")
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | _NO_LINKS, 0o600)
    with os.fdopen(descriptor, "rb") as opened:
        header = opened.read(_HEADER_BYTES)
    is_ledger = header.startswith(_MAGIC) and header[_PLACE_OF_MARK] == _MARK.to_bytes(4)
    if header and not is_ledger:
        raise OSError("it is not a ledger of recordings-mcp")
    file.chmod(0o600)  # somebody who can write it could bring a burnt plan back
