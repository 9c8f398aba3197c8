"""What may be shown of untrusted text: cleaned of invisible characters, redacted, defanged, fenced."""

from recordings_mcp.privacy._clean import clean, clean_line
from recordings_mcp.privacy._defang import defang
from recordings_mcp.privacy._fence import fence, new_tag, untrusted_marking
from recordings_mcp.privacy._named import is_secret_field
from recordings_mcp.privacy._redactor import PrivacyLevel, Redactor, redaction_notice
from recordings_mcp.privacy._rule import PiiKind
from recordings_mcp.privacy._sanitizer import Sanitizer, harmless_line

__all__ = [
    "PiiKind",
    "PrivacyLevel",
    "Redactor",
    "Sanitizer",
    "clean",
    "clean_line",
    "defang",
    "fence",
    "harmless_line",
    "is_secret_field",
    "new_tag",
    "redaction_notice",
    "untrusted_marking",
]
