"""A change of a configuration file as a person may see it: a unified diff without secrets."""

import difflib
import re

from recordings_mcp.privacy import Redactor

_REDACTED_KEY = "phx_…redacted"
_POSTHOG_KEY = re.compile(r"ph[a-z]_[A-Za-z0-9_-]{6,}")
_KEY_VARIABLE = re.compile(r'("POSTHOG_PERSONAL_API_KEY"\s*:\s*")[^"]*')


def show_change(name: str, before: str, after: str) -> str:
    """The change as a unified diff; secrets of any server in it are redacted."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), fromfile=name, tofile=name, lineterm=""
    )
    return "".join(f"{without_secrets(line)}\n" for line in lines)


def without_secrets(line: str) -> str:
    """The line with API keys, tokens and what stands under a name for one replaced."""
    shown = Redactor("standard").own(line, "name")
    shown = _KEY_VARIABLE.sub(rf"\g<1>{_REDACTED_KEY}", shown)
    return _POSTHOG_KEY.sub(_REDACTED_KEY, shown)
