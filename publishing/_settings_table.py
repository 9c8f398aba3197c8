"""The table of settings: flag, variable, key of the file, default, meaning."""

from pydantic.fields import FieldInfo

from recordings_mcp.server.configuration import SECRETS, Configuration, choices, environment_variables, flag


def settings_table() -> str:
    """Return a table with a row for each setting, in the order of the configuration."""
    rows = [_row(name, field) for name, field in Configuration.model_fields.items()]
    return "\n".join(["| flag | environment | key in the file | default | |", "|---|---|---|---|---|", *rows])


def _row(name: str, field: FieldInfo) -> str:
    option = "none: a secret" if name in SECRETS else f"`{flag(name)}`"
    variables = ", ".join(f"`{variable}`" for variable in environment_variables(name))
    cells = [option, variables, f"`{name}`", _default(field), _meaning(name, field)]
    return f"| {' | '.join(cells)} |"


def _default(field: FieldInfo) -> str:
    default = field.get_default()
    return "" if default in (None, (), False) else f"`{default}`"


def _meaning(name: str, field: FieldInfo) -> str:
    listed = ", ".join(f"`{choice}`" for choice in choices(name))
    return f"{listed}: {field.description}" if listed else field.description or ""
