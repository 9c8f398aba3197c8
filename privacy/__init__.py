"""What may be shown of untrusted text: cleaned of invisible characters, redacted, defanged, fenced."""

from recordings_mcp.privacy._clean import clean, clean_line
from recordings_mcp.privacy._fence import fence, new_tag, untrusted_marking
from recordings_mcp.privacy._inert import inert
from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._outgoing import Outgoing, Protected, harmless_line, protect
from recordings_mcp.privacy._redactor import PrivacyLevel, Redactor, redaction_notice
from recordings_mcp.privacy._rule import Kind

__all__ = [
    "Kind",
    "Outgoing",
    "PrivacyLevel",
    "Protected",
    "Redactor",
    "clean",
    "clean_line",
    "fence",
    "harmless_line",
    "inert",
    "is_secret_field",
    "new_tag",
    "protect",
    "redaction_notice",
    "untrusted_marking",
]
