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
from recordings_mcp.tools.confirmation._plan import Act, Plan, Seen
from recordings_mcp.tools.confirmation._policy import Policy, choose_way

_TOKEN_LENGTH = 32
_DOES_NOT_FIT = (
    "This confirmation does not fit. It works once, for ten minutes, for the caller, tool, project and "
    "arguments it was given for, and while the recordings stay as they were shown. "
    "Call again without confirmation for a new preview."
)
_QUESTION_IS_OVER = (
    "The question does not stand any more: it was answered before, or more than ten minutes have passed, "
    "or a recording changed or vanished since. Call again to be asked anew."
)
_NO_WAY = (
    "This server acts only after asking a person (confirm=ask), and this client gives it no way to ask. "
    "A person can do it in PostHog: {links}"
)
_DENIED = "This server is configured to deny this (confirm=deny). A person can do it in PostHog: {links}"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to do one act, once. Whoever holds it has burnt the plan already.

    Attributes:
        seen: What was confirmed, as it is; nothing else may be touched.
        attempt: Opens the audit line of the write.
    """

    seen: Seen
    attempt: Callable[[], AbstractContextManager[Attempt]]


class Confirmations:
    """Binds what is confirmed to what is done.

    Args:
        policy: Who has to agree.
        ledger: Where the open plans are.
        audit: Told of every plan that ended.
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
        self, act: Act, caller: str, *, askable: bool, answered: bool = False, token: str | None = None
    ) -> Plan:
        """Look at what an act would hit; open the plan for it, or find the one that is being confirmed.

        Args:
            act: What is to be done.
            caller: Who wants it.
            askable: A person can be asked. A token is ignored then.
            answered: The call brings the answer to a question that was asked before.
            token: The call brings the token of a preview.

        Raises:
            ToolError: Nobody can be asked who must be, or there is no open plan that is being confirmed.
        """
        way = choose_way(self.policy, askable=askable)
        if way == "none" and not act.harmless:
            said = _DENIED if self.policy == "deny" else _NO_WAY
            raise ToolError(f"{act.words.nothing_done} {said.format(links=', '.join(act.links))}")
        plan = self._bound(Plan(act, await act.look(), caller, way, subject=""))
        if act.harmless:
            return plan
        if way == "preview" and token is not None:
            return await self._claimed(plan, token)
        if way == "question" and answered and await self._ledger.find(plan.subject) is None:
            raise self._refused(plan, "question is over", _QUESTION_IS_OVER)
        return self._named(plan, (await self._ledger.open(plan.subject)).id)

    async def again(self, plan: Plan) -> Plan:
        """The same plan after a fresh look.

        Raises:
            ToolError: What was shown is not so any more.
        """
        fresh = self._bound(replace(plan, seen=await plan.act.look()))
        if fresh.subject != plan.subject:
            await self._ledger.burn(plan.subject, plan.id)
            raise self._refused(plan, "changed since the question", _QUESTION_IS_OVER)
        return fresh

    async def spend(self, plan: Plan) -> Permit:
        """Burn the plan and give leave for its act.

        Raises:
            ToolError: The plan is burnt already, or expired.
        """
        if not plan.act.harmless and not await self._ledger.burn(plan.subject, plan.id):
            over = _QUESTION_IS_OVER if plan.way == "question" else _DOES_NOT_FIT
            raise self._refused(plan, "used or expired", over)
        return Permit(plan.seen, lambda: self._attempt(plan))

    async def close(self, plan: Plan, outcome: str) -> None:
        """Burn the plan, because the answer is no."""
        await self._ledger.burn(plan.subject, plan.id)
        self._record(plan, outcome)

    async def _claimed(self, plan: Plan, token: str) -> Plan:
        found = await self._ledger.find(plan.subject)
        claimed = self._named(plan, found.id if found else "")
        if found is None or not hmac.compare_digest(claimed.token.encode(), token.encode(errors="replace")):
            raise self._refused(claimed, "confirmation does not fit", _DOES_NOT_FIT)
        return claimed

    def _bound(self, plan: Plan) -> Plan:
        """The plan with its subject."""
        act = plan.act
        parts = [act.tool, act.arguments, act.project, plan.caller, plan.way, plan.seen.fingerprint()]
        return replace(plan, subject=self._keyed("subject", orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)))

    def _named(self, plan: Plan, plan_id: str) -> Plan:
        """The plan with its id and, where one is needed, its token: never stored, only computed again."""
        if plan.way != "preview":
            return replace(plan, id=plan_id)
        token = self._keyed("token", f"{plan.subject}.{plan_id}".encode())[:_TOKEN_LENGTH]
        return replace(plan, id=plan_id, token=token)

    def _keyed(self, purpose: str, message: bytes) -> str:
        return hmac.new(self._secret, purpose.encode() + b"\0" + message, sha256).hexdigest()

    def _attempt(self, plan: Plan) -> AbstractContextManager[Attempt]:
        return self._audit.attempt(
            plan.act.tool, plan.seen.ids, caller=plan.caller, policy=self.policy, plan=plan.id
        )

    def _refused(self, plan: Plan, why: str, said: str) -> ToolError:
        self._record(plan, f"refused: {why}")
        return ToolError(f"{plan.act.words.nothing_done} {said}")

    def _record(self, plan: Plan, outcome: str) -> None:
        with self._attempt(plan) as attempt:
            attempt.outcome = outcome
