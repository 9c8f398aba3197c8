"""An embedded PostHog: the same HTTP API over SQLite, with real recordings."""

from recordings_mcp.sandbox.app import create_sandbox
from recordings_mcp.sandbox.settings import (
    SANDBOX_API_KEY,
    SANDBOX_PROJECT_ID,
    SANDBOX_SECOND_API_KEY,
    SANDBOX_SECOND_PROJECT_ID,
    Action,
    ApiKey,
    Cohort,
    Comment,
    SandboxSettings,
    Throttle,
)

__all__ = [
    "SANDBOX_API_KEY",
    "SANDBOX_PROJECT_ID",
    "SANDBOX_SECOND_API_KEY",
    "SANDBOX_SECOND_PROJECT_ID",
    "Action",
    "ApiKey",
    "Cohort",
    "Comment",
    "SandboxSettings",
    "Throttle",
    "create_sandbox",
]
