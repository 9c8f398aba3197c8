"""Tools, and a prompt, that need input and are called again with it, as since protocol 2026-07-28."""

from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequests,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
)


def add_round_fixtures(server: MCPServer[Any]) -> None:
    """Add everything that takes more than one round."""
    for tool in (
        test_input_required_result_elicitation,
        test_input_required_result_sampling,
        test_input_required_result_list_roots,
        test_input_required_result_request_state,
        test_input_required_result_multiple_inputs,
        test_input_required_result_multi_round,
        test_input_required_result_tampered_state,
        test_input_required_result_capabilities,
    ):
        server.tool(structured_output=False)(tool)
    server.prompt()(test_input_required_result_prompt)


async def test_input_required_result_elicitation(context: Context) -> str | InputRequiredResult:
    """Ask for a name."""
    name = _text_of(context, "user_name", "name")
    if name is None:
        return InputRequiredResult(input_requests={"user_name": _ask_text("What is your name?", "name")})
    return f"Hello, {name}!"


async def test_input_required_result_sampling(context: Context) -> str | InputRequiredResult:
    """Ask the client's model."""
    key = "capital_question"
    return _unless_answered(context, {key: _ask_model("What is the capital of France?", 100)})


async def test_input_required_result_list_roots(context: Context) -> str | InputRequiredResult:
    """Ask for the client's roots."""
    return _unless_answered(context, {"client_roots": ListRootsRequest()})


async def test_input_required_result_request_state(context: Context) -> str | InputRequiredResult:
    """Ask for a yes, and want the state back."""
    if context.request_state is None:
        return InputRequiredResult(input_requests={"confirm": _ask_yes()}, request_state="asked")
    return f"state-ok: {context.request_state}"


async def test_input_required_result_multiple_inputs(context: Context) -> str | InputRequiredResult:
    """Ask for a name, a greeting and the roots at once."""
    requests: InputRequests = {
        "user_name": _ask_text("What is your name?", "name"),
        "greeting": _ask_model("Generate a greeting", 50),
        "client_roots": ListRootsRequest(),
    }
    return _unless_answered(context, requests, state="asked for three")


async def test_input_required_result_multi_round(context: Context) -> str | InputRequiredResult:
    """Ask for a name, then for a color."""
    match context.request_state:
        case None:
            request = {"step1": _ask_text("Step 1: What is your name?", "name")}
            return InputRequiredResult(input_requests=request, request_state="step 1")
        case "step 1":
            request = {"step2": _ask_text("Step 2: What is your favorite color?", "color")}
            return InputRequiredResult(input_requests=request, request_state="step 2")
        case _:
            return f"The color is {_text_of(context, 'step2', 'color')}."


async def test_input_required_result_tampered_state(context: Context) -> str | InputRequiredResult:
    """Ask for a yes; a state that was changed on the way never gets here."""
    return await test_input_required_result_request_state(context)


async def test_input_required_result_capabilities(context: Context) -> str | InputRequiredResult:
    """Ask only what the client says it can answer."""
    capabilities = context.client_capabilities
    requests: InputRequests = {}
    if capabilities and capabilities.sampling:
        requests["greeting"] = _ask_model("Generate a greeting", 50)
    if capabilities and capabilities.elicitation:
        requests["user_name"] = _ask_text("What is your name?", "name")
    return _unless_answered(context, requests)


async def test_input_required_result_prompt(context: Context) -> str | InputRequiredResult:
    """A prompt that asks for its context."""
    about = _text_of(context, "user_context", "context")
    if about is None:
        request = _ask_text("What context should the prompt use?", "context")
        return InputRequiredResult(input_requests={"user_context": request})
    return f"Use this context: {about}"


def _unless_answered(
    context: Context, requests: InputRequests, state: str | None = None
) -> str | InputRequiredResult:
    answers = context.input_responses or {}
    if requests.keys() <= answers.keys():
        return "\n".join(answers[key].model_dump_json() for key in requests)
    return InputRequiredResult(input_requests=requests, request_state=state)


def _text_of(context: Context, key: str, field: str) -> str | None:
    answer = (context.input_responses or {}).get(key)
    value = answer.content.get(field) if isinstance(answer, ElicitResult) and answer.content else None
    return value if isinstance(value, str) else None


def _ask_text(message: str, field: str) -> InputRequest:
    return _ask(message, {field: {"type": "string"}})


def _ask_yes() -> InputRequest:
    return _ask("Please confirm", {"ok": {"type": "boolean"}})


def _ask(message: str, properties: dict[str, Any]) -> InputRequest:
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": [*properties]}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def _ask_model(prompt: str, max_tokens: int) -> InputRequest:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=max_tokens))
