"""The way from a call to its permit, as resolvers of the SDK: plan, answer, permit.

On 2026-07-28 a question ends the round and the client calls again with the answer: every resolver then runs
anew, finds the same plan in the ledger as long as it is open, and words the same question; the SDK takes an
answer only to a question in exactly these words. Before, the question is asked within the call.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Protocol

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, Elicit, Resolve
from pydantic import Field

from recordings_mcp.tools.confirmation._engine import Confirmations, Permit
from recordings_mcp.tools.confirmation._form import Form, form_for
from recordings_mcp.tools.confirmation._plan import Act, Plan
from recordings_mcp.tools.confirmation._policy import can_be_asked
from recordings_mcp.tools.confirmation._question import ShownRecording, ask, summarize
from recordings_mcp.tools.confirmation._withheld import ActResult, Withheld

if TYPE_CHECKING:
    from recordings_mcp.privacy import Kind, Outgoing

ConfirmationToken = Annotated[
    str,
    Field(max_length=100, description="only after the user agreed to the preview: the token it gave"),
]
"""The argument that carries a preview's token back."""

_ANSWERED_NO = "The answer was {answer}."
_MAYBE_NOT_ASKED = (
    "Some clients answer by themselves without showing the question, so nobody may have seen it. "
    "If the user wants this, it can be done in PostHog: {links}"
)
_PREVIEW = "Nothing happened yet: the user has to agree first. {summary}"
_HOW_TO_CONFIRM = (
    "Show the user what this is about and ask. Only if they agree, call {tool} again with the same arguments "
    'and confirmation="{token}". It works once, within ten minutes, while the recordings stay as they are.'
)


class _Privacy(Protocol):
    def outgoing(self, known: "dict[Kind, list[str]]") -> "Outgoing": ...


class Confirming(Protocol):
    """What the gate needs of the server's services."""

    @property
    def caller(self) -> str:
        """Who calls; the same text for the same caller."""
        ...

    @property
    def confirmations(self) -> Confirmations:
        """The engine."""
        ...

    @property
    def privacy(self) -> _Privacy:
        """What may be shown."""
        ...


def confirmed(describe: Callable[..., Awaitable[Act]]) -> Resolve:
    """Give a tool its permit, in one line of its signature.

    Example:
        `permit: Annotated[Permit, confirmed(_deletion)]`

    The tool's body then runs with leave for this one act, or not at all. The tool must have an argument
    `confirmation: ConfirmationToken | None = None`.

    Args:
        describe: A resolver: takes the tool's arguments by name and tells what they want done.
    """

    async def make_plan(
        act: Annotated[Act, Resolve(describe)], confirmation: str | None, context: Context[Confirming]
    ) -> Plan:
        services = context.request_context.lifespan_context
        return await services.confirmations.plan(
            act,
            services.caller,
            askable=can_be_asked(context),
            answered=context.input_responses is not None,
            token=confirmation,
        )

    async def get_answer(
        plan: Annotated[Plan, Resolve(make_plan)], confirmation: str | None, context: Context[Confirming]
    ) -> Form | Elicit[Form]:
        if plan.act.harmless:
            return Form()
        if plan.way == "question":
            privacy = context.request_context.lifespan_context.privacy
            return Elicit(ask(plan, privacy.outgoing({})), form_for(len(plan.seen.recordings)))
        if confirmation is None:
            raise Withheld(_preview(plan))
        return Form()

    async def give_permit(
        plan: Annotated[Plan, Resolve(make_plan)],
        answer: Annotated[ElicitationResult[Form], Resolve(get_answer)],
        context: Context[Confirming],
    ) -> Permit:
        confirmations = context.request_context.lifespan_context.confirmations
        if plan.way == "question" and not plan.act.harmless:
            if no := _no(answer, len(plan.seen.recordings)):
                await confirmations.close(plan, f"not confirmed: {no}")
                raise Withheld(_declined(plan, no))
            plan = await confirmations.again(plan)
        return await confirmations.spend(plan)

    return Resolve(give_permit)


def _no(answer: ElicitationResult[Form], number: int) -> str:
    """The answer in a word, if it is a no."""
    if not isinstance(answer, AcceptedElicitation):
        return answer.action
    return "" if answer.data.says_yes(number) else "no"


def _preview(plan: Plan) -> ActResult:
    return ActResult(
        done=False,
        message=_PREVIEW.format(summary=summarize(plan)),
        advice=_HOW_TO_CONFIRM.format(tool=plan.act.tool, token=plan.token),
        confirmation=plan.token,
        recordings=tuple(ShownRecording.of(recording) for recording in plan.seen.recordings),
    )


def _declined(plan: Plan, answer: str) -> ActResult:
    return ActResult(
        done=False,
        message=f"{plan.act.words.nothing_done} {_ANSWERED_NO.format(answer=answer)}",
        advice=_MAYBE_NOT_ASKED.format(links=", ".join(plan.act.links)),
    )
