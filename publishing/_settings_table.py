"""The table of settings: flag, variable, key of the file, default, meaning."""

from typing import get_args

from pydantic.fields import FieldInfo

from recordings_mcp.server.configuration import SECRETS, Configuration, environment_variables


def settings_table() -> str:
    """Return a row for each setting, in the order of the configuration."""
    rows = [_row(name, field) for name, field in Configuration.model_fields.items()]
    return "\n".join(["| flag | environment | key in the file | default | |", "|---|---|---|---|---|", *rows])


def _row(name: str, field: FieldInfo) -> str:
    flag = "none: a secret" if name in SECRETS else f"`--{name.replace('_', '-')}`"
    variables = ", ".join(f"`{variable}`" for variable in environment_variables(name))
    cells = [flag, variables, f"`{name}`", _default(field), _meaning(field)]
    return f"| {' | '.join(cells)} |"


def _default(field: FieldInfo) -> str:
    default = field.get_default()
    return "" if default in (None, (), False) else f"`{default}`"


def _meaning(field: FieldInfo) -> str:
    choices = get_args(field.annotation)
    if not choices or not all(isinstance(choice, str) for choice in choices):
        return field.description or ""
    return f"{', '.join(f'`{choice}`' for choice in choices)}: {field.description}"
