"""Nothing is destroyed or published here without a confirmation of exactly that.

What holds, whatever a client, a model or an untrusted text says:

1. **No permit, no write.** The body of a destructive or publishing tool runs only with a `Permit`, and
   touches only the recordings it names. Permits come from one place, `Confirmations.spend`.
2. **Exactly that.** A plan is a keyed digest of tool, canonical arguments, project, caller, channel, and all
   that was shown of every recording. The recordings are read again before the operation; one difference makes
   another digest, for which there is no plan.
3. **Once.** A plan is in the ledger or it is not. Burning removes it before the first request that changes
   anything is sent, and succeeds for one of any number of attempts: two clicks, fifty tasks, a replayed
   answer.
4. **Not for long.** Ten minutes; and not beyond the life of the process, unless secret and ledger were
   configured to outlive it.
5. **No way around.** Where a person can be asked, a token from the model counts for nothing: the channel is
   part of the digest. No argument reaches the policy. A failing ledger loses plans and never makes one.
6. **No is no.** So are silence, an empty form, a form with more than was asked, and a wrong number.

What cannot hold: a client that answers in a person's name is believed, and PostHog offers no "delete if
unchanged", so a change while the last request is under way goes unnoticed.

`_plan` has what is bound and chooses the channel, `_ledger` and `_sqlite_ledger` keep the open plans,
`_engine` opens and spends them, `_question` asks the person, `_gate` connects all of it to a call.
"""

from recordings_mcp.tools.confirmation._engine import Confirmations, Permit
from recordings_mcp.tools.confirmation._gate import (
    ConfirmationToken,
    NotExecuted,
    OperationResult,
    confirmed,
)
from recordings_mcp.tools.confirmation._ledger import Ledger, MemoryLedger
from recordings_mcp.tools.confirmation._plan import Operation, Policy, Preview, Wording
from recordings_mcp.tools.confirmation._sqlite_ledger import SqliteLedger

__all__ = [
    "ConfirmationToken",
    "Confirmations",
    "Ledger",
    "MemoryLedger",
    "NotExecuted",
    "Operation",
    "OperationResult",
    "Permit",
    "Policy",
    "Preview",
    "SqliteLedger",
    "Wording",
    "confirmed",
]
