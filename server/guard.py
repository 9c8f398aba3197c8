"""What stands before every change: one secret, the ledger of open confirmations, the audit."""

import hmac
import secrets
import sqlite3
import time
from dataclasses import dataclass
from hashlib import sha256

from recordings_mcp.server.configuration import Configuration, InvalidConfiguration
from recordings_mcp.tools import AuditLog, Confirmations, Ledger, MemoryLedger, SqliteLedger

_SHARED_TOO = (
    "ledger: processes that share it must share a secret too; set RECORDINGS_MCP_SECRET to at least 32 "
    "characters, the same for all."
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Built once, before the server starts.

    Attributes:
        secret: Of the configuration, or of this process.
        confirmations: Asks before anything is destroyed or published.
        audit: Told of every attempt to change something.
    """

    secret: bytes
    confirmations: Confirmations
    audit: AuditLog

    def key(self, purpose: str) -> bytes:
        """A key of its own for each purpose."""
        return hmac.new(self.secret, purpose.encode(), sha256).digest()


def prepare_guard(configuration: Configuration) -> Guard:
    """Open the ledger and the audit file.

    Raises:
        InvalidConfiguration: One of them cannot be used.
    """
    configured = configuration.secret
    secret = configured.get_secret_value().encode() if configured else secrets.token_bytes(32)
    audit = _audit(configuration, secret)
    confirmations = Confirmations(configuration.confirm, _ledger(configuration), audit, secret=secret)
    return Guard(secret, confirmations, audit)


def _audit(configuration: Configuration, secret: bytes) -> AuditLog:
    try:
        return AuditLog(secret=secret, file=configuration.audit_file, clock=time.time)
    except OSError as error:
        raise InvalidConfiguration(
            f"audit_file: {configuration.audit_file} cannot be written ({error.strerror}); check the path."
        ) from None


def _ledger(configuration: Configuration) -> Ledger:
    file = configuration.ledger
    if file is None:
        return MemoryLedger(time.time)
    if configuration.secret is None:
        raise InvalidConfiguration(_SHARED_TOO)
    try:
        return SqliteLedger(file, time.time)
    except (OSError, sqlite3.Error) as error:
        raise InvalidConfiguration(f"ledger: {file} cannot be used ({error}); name another file.") from None
