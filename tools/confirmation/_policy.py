"""Who has to agree: the operator's choice, which no argument of a call can loosen."""

from typing import Any, Literal

from mcp.server.mcpserver import Context
from mcp.types.version import is_version_at_least

Policy = Literal["auto", "ask", "two-step", "deny"]
"""`auto`: a client that can be asked is asked, any other gets a preview and a token. `ask`: only asking
counts. `two-step`: always a preview and a token. `deny`: never."""

Way = Literal["question", "preview", "none"]
"""How one call is confirmed: a person answers a question, the caller returns a token, or no way is left."""

_ANSWERS_WITHIN_THE_CALL = "2026-07-28"


def choose_way(policy: Policy, *, askable: bool) -> Way:
    """The way of a call, from the policy and whether its client can put a form before a person."""
    if policy == "deny":
        return "none"
    if policy == "two-step":
        return "preview"
    if askable:
        return "question"
    return "preview" if policy == "auto" else "none"


def can_be_asked(context: Context[Any]) -> bool:
    """Whether a form can reach a person: the client says so, and the connection carries questions to it.

    A client that declares elicitation without naming forms or addresses means forms.
    """
    capabilities = context.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return False
    version = context.protocol_version
    if version is not None and is_version_at_least(version, _ANSWERS_WITHIN_THE_CALL):
        return True
    can_send: bool = context.session.can_send_request
    return can_send
