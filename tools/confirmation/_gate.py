"""From a call to its permit, as resolvers of the SDK: plan, answer, permit.

In protocol 2026-07-28 a question ends the round and the client calls again with the answer: every resolver
runs again, finds the same plan in the ledger while it is open, and asks in the same words; the SDK accepts an
answer only to exactly that question. In earlier protocols the question is asked within the call.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Protocol

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, Elicit, Resolve
from pydantic import Field

from recordings_mcp.tools._result import ResultText, ToolResult, Trusted
from recordings_mcp.tools.confirmation._engine import Confirmations, Permit
from recordings_mcp.tools.confirmation._plan import Operation, Plan, can_be_asked
from recordings_mcp.tools.confirmation._question import Form, ShownRecording, ask, form_for, summarize

if TYPE_CHECKING:
    from recordings_mcp.privacy import PiiKind, Sanitizer

ConfirmationToken = Annotated[
    str,
    Field(max_length=100, description="token of the preview, only after the user agreed to it"),
]
"""The argument that carries a preview's token back."""

_MAYBE_NOT_ASKED = (
    "Some clients answer by themselves without showing the question, so nobody may have seen it. "
    "If the user wants this, it can be done in PostHog: {links}"
)
_PREVIEW = "Nothing happened yet: the user has to agree first. {summary}"
_HOW_TO_CONFIRM = (
    "Show this to the user and ask. Only if they agree, call {tool} again with the same arguments and "
    'confirmation="{token}", which works once, within ten minutes, while the recordings are unchanged.'
)


class OperationResult(ToolResult):
    """Result of an operation that must be confirmed. Tools add what they did in a subclass.

    Attributes:
        done: Whether anything was done.
        message: What happened, or why nothing did.
        advice: What can be done next.
        confirmation: The token of a preview: works once.
        recordings: What a preview is about.
    """

    done: bool
    message: Annotated[str, Trusted()]
    advice: Annotated[str | None, Trusted()] = None
    confirmation: Annotated[str | None, Trusted()] = None
    recordings: tuple[ShownRecording, ...] = ()

    def text(self) -> ResultText:
        """Return what happened, what it is about, what can be done next."""
        return ResultText(
            answer=self.message,
            recorded=[recording.row() for recording in self.recordings],
            closing=self.advice or "",
        )


class NotExecuted(Exception):
    """Ends a call before its tool's body: nothing was changed, and `result` says why."""

    def __init__(self, result: OperationResult) -> None:
        super().__init__(result.message)
        self.result = result


class _Privacy(Protocol):
    def sanitizer(self, known: "dict[PiiKind, list[str]]") -> "Sanitizer": ...


class Confirming(Protocol):
    """What the gate needs of the server's services."""

    @property
    def caller(self) -> str:
        """Return who calls: the same text for the same caller."""
        ...

    @property
    def confirmations(self) -> Confirmations:
        """Return the engine."""
        ...

    @property
    def privacy(self) -> _Privacy:
        """Return what may be shown."""
        ...


def confirmed(describe: Callable[..., Awaitable[Operation]]) -> Resolve:
    """Give a tool its permit, in one line of its signature.

    Example:
        `permit: Annotated[Permit, confirmed(_deletion)]`

    The tool's body then runs with leave for this one operation, or not at all. The tool must have an argument
    `confirmation: ConfirmationToken | None = None`, which is read here.

    Args:
        describe: A resolver: takes the tool's arguments by name and returns the operation they ask for.
    """

    async def make_plan(
        operation: Annotated[Operation, Resolve(describe)],
        confirmation: str | None,
        context: Context[Confirming],
    ) -> Plan:
        services = context.request_context.lifespan_context
        return await services.confirmations.plan(
            operation,
            services.caller,
            askable=can_be_asked(context),
            answered=context.input_responses is not None,
            token=confirmation,
        )

    async def get_answer(
        plan: Annotated[Plan, Resolve(make_plan)], confirmation: str | None, context: Context[Confirming]
    ) -> Form | Elicit[Form]:
        if plan.operation.harmless:
            return Form()
        if plan.channel == "question":
            privacy = context.request_context.lifespan_context.privacy
            return Elicit(ask(plan, privacy.sanitizer({})), form_for(len(plan.preview.recordings)))
        if confirmation is None:
            raise NotExecuted(_preview(plan))
        return Form()

    async def give_permit(
        plan: Annotated[Plan, Resolve(make_plan)],
        answer: Annotated[ElicitationResult[Form], Resolve(get_answer)],
        context: Context[Confirming],
    ) -> Permit:
        confirmations = context.request_context.lifespan_context.confirmations
        if plan.channel == "question" and not plan.operation.harmless:
            if not isinstance(answer, AcceptedElicitation):
                raise await _declined(confirmations, plan, answer.action)
            if not answer.data.says_yes(len(plan.preview.recordings)):
                raise await _declined(confirmations, plan, "no")
            plan = await confirmations.again(plan)
        return await confirmations.spend(plan)

    return Resolve(give_permit)


def _preview(plan: Plan) -> OperationResult:
    return OperationResult(
        done=False,
        message=_PREVIEW.format(summary=summarize(plan)),
        advice=_HOW_TO_CONFIRM.format(tool=plan.operation.tool, token=plan.token),
        confirmation=plan.token,
        recordings=tuple(ShownRecording.of(recording) for recording in plan.preview.recordings),
    )


async def _declined(confirmations: Confirmations, plan: Plan, answer: str) -> NotExecuted:
    """Burn the plan and return why nothing is done."""
    await confirmations.close(plan, f"not confirmed: {answer}")
    return NotExecuted(
        OperationResult(
            done=False,
            message=f"{plan.operation.wording.nothing_done} The answer was {answer}.",
            advice=_MAYBE_NOT_ASKED.format(links=", ".join(plan.operation.links)),
        )
    )
