"""Opens plans, and spends each at most once."""

import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from hashlib import sha256

import orjson
from mcp.server.mcpserver.exceptions import ToolError

from recordings_mcp.tools._audit import Attempt, AuditLog
from recordings_mcp.tools.confirmation._ledger import Ledger
from recordings_mcp.tools.confirmation._plan import Operation, Plan, Policy, Preview, choose_channel

_TOKEN_LENGTH = 32
_NOT_VALID = (
    "This confirmation token is not valid for this call. It works once, within ten minutes, for the caller, "
    "tool, project and arguments it was issued for, and while the recordings are unchanged. "
    "Call again without confirmation for a new preview."
)
_QUESTION_IS_OVER = (
    "This confirmation request was already answered, has expired after ten minutes, or a recording changed "
    "or vanished since. Call again for a new one."
)
_NOBODY_TO_ASK = (
    "This server acts only after asking a person (confirm=ask), and this client offers no way to ask. "
    "A person can do it in PostHog: {links}"
)
_DENIED = "This server is configured to deny this (confirm=deny). A person can do it in PostHog: {links}"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to do one operation, once. Its plan is burnt already.

    Attributes:
        preview: What was confirmed, as it is; nothing else may be touched.
        attempt: Opens the audit line of the write.
    """

    preview: Preview
    attempt: Callable[[], AbstractContextManager[Attempt]]


class Confirmations:
    """Binds what is confirmed to what is done.

    Args:
        policy: Who has to agree.
        ledger: Where the open plans are.
        audit: Gets a line for every plan that ended.
        secret: Keys subjects and tokens; the same in all processes that share a ledger.
    """

    def __init__(
        self, policy: Policy, ledger: Ledger, audit: AuditLog, *, secret: bytes | None = None
    ) -> None:
        self.policy: Policy = policy
        self._ledger = ledger
        self._audit = audit
        self._secret = secret or secrets.token_bytes(32)

    async def plan(
        self,
        operation: Operation,
        caller: str,
        *,
        askable: bool,
        answered: bool = False,
        token: str | None = None,
    ) -> Plan:
        """Read what an operation applies to; open the plan for it, or find the one that is being confirmed.

        Args:
            operation: What is to be done.
            caller: Who wants it.
            askable: A person can be asked. A token is ignored then.
            answered: The call brings the answer to a question that was asked before.
            token: The call brings the token of a preview.

        Raises:
            ToolError: Nobody can be asked who must be, or there is no open plan that is being confirmed.
        """
        channel = choose_channel(self.policy, askable=askable)
        if channel == "none" and not operation.harmless:
            refusal = _DENIED if self.policy == "deny" else _NOBODY_TO_ASK
            raise ToolError(
                f"{operation.wording.nothing_done} {refusal.format(links=', '.join(operation.links))}"
            )
        plan = self._bound(Plan(operation, await operation.look(), caller, channel, subject=""))
        if operation.harmless:
            return plan
        if channel == "preview" and token is not None:
            return await self._claimed(plan, token)
        if channel == "question" and answered and await self._ledger.find(plan.subject) is None:
            raise self._refused(plan, "question is over", _QUESTION_IS_OVER)
        return self._named(plan, (await self._ledger.open(plan.subject)).id)

    async def again(self, plan: Plan) -> Plan:
        """Return the same plan after reading again.

        Raises:
            ToolError: Something that was shown has changed.
        """
        fresh = self._bound(replace(plan, preview=await plan.operation.look()))
        if fresh.subject != plan.subject:
            await self._ledger.burn(plan.subject, plan.id)
            raise self._refused(plan, "changed since the question", _QUESTION_IS_OVER)
        return fresh

    async def spend(self, plan: Plan) -> Permit:
        """Burn the plan and return the permit for its operation.

        Raises:
            ToolError: The plan is burnt already, or expired.
        """
        if not plan.operation.harmless and not await self._ledger.burn(plan.subject, plan.id):
            over = _QUESTION_IS_OVER if plan.channel == "question" else _NOT_VALID
            raise self._refused(plan, "used or expired", over)
        return Permit(plan.preview, lambda: self._attempt(plan))

    async def close(self, plan: Plan, outcome: str) -> None:
        """Burn the plan, because the answer is no."""
        await self._ledger.burn(plan.subject, plan.id)
        self._record(plan, outcome)

    async def _claimed(self, plan: Plan, token: str) -> Plan:
        found = await self._ledger.find(plan.subject)
        claimed = self._named(plan, found.id if found else "")
        if found is None or not hmac.compare_digest(claimed.token.encode(), token.encode(errors="replace")):
            raise self._refused(claimed, "confirmation does not fit", _NOT_VALID)
        return claimed

    def _bound(self, plan: Plan) -> Plan:
        """Return the plan with its subject."""
        operation = plan.operation
        parts = [
            *(operation.tool, operation.arguments, operation.project),
            *(plan.caller, plan.channel, plan.preview.fingerprint()),
        ]
        return replace(plan, subject=self._keyed("subject", orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)))

    def _named(self, plan: Plan, plan_id: str) -> Plan:
        """Return the plan with its id and, if needed, its token, which is never stored but computed again."""
        if plan.channel != "preview":
            return replace(plan, id=plan_id)
        token = self._keyed("token", f"{plan.subject}.{plan_id}".encode())[:_TOKEN_LENGTH]
        return replace(plan, id=plan_id, token=token)

    def _keyed(self, purpose: str, message: bytes) -> str:
        return hmac.new(self._secret, purpose.encode() + b"\0" + message, sha256).hexdigest()

    def _attempt(self, plan: Plan) -> AbstractContextManager[Attempt]:
        return self._audit.attempt(
            plan.operation.tool, plan.preview.ids, caller=plan.caller, policy=self.policy, plan=plan.id
        )

    def _refused(self, plan: Plan, why: str, explanation: str) -> ToolError:
        self._record(plan, f"refused: {why}")
        return ToolError(f"{plan.operation.wording.nothing_done} {explanation}")

    def _record(self, plan: Plan, outcome: str) -> None:
        with self._attempt(plan) as attempt:
            attempt.outcome = outcome
