"""What may be shown of untrusted text: cleaned of invisible characters, redacted, defanged, fenced."""

from recordings_mcp.privacy._clean import clean, clean_line
from recordings_mcp.privacy._defang import defang
from recordings_mcp.privacy._fence import fence, new_tag, untrusted_marking
from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._redactor import PrivacyLevel, Redactor, redaction_notice
from recordings_mcp.privacy._rule import PiiKind
from recordings_mcp.privacy._sanitizer import Protected, Sanitizer, harmless_line, protect

__all__ = [
    "PiiKind",
    "PrivacyLevel",
    "Protected",
    "Redactor",
    "Sanitizer",
    "clean",
    "clean_line",
    "defang",
    "fence",
    "harmless_line",
    "is_secret_field",
    "new_tag",
    "protect",
    "redaction_notice",
    "untrusted_marking",
]
