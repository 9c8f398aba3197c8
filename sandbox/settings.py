"""Settings of the embedded PostHog."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from recordings_mcp.sandbox.errors import Trouble
from recordings_mcp.sandbox.query import PropertyFilter

SANDBOX_API_KEY = "phx_SandboxKeyOfTheEmbeddedPostHog0001"
"""A personal API key that the sandbox accepts by default, with all scopes, for every project."""

SANDBOX_SECOND_API_KEY = "phx_SandboxKeyOfTheEmbeddedPostHog0002"
"""The personal API key of a colleague, with all scopes, restricted to the second project."""

SANDBOX_PROJECT_ID = 1
"""The project that holds the recordings."""

SANDBOX_SECOND_PROJECT_ID = 2
"""A project without recordings, to test that projects stay separate."""

BUNDLED_RECORDINGS = Path(__file__).parent / "recordings"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ApiKey(_Frozen):
    """A personal API key: its value, its owner and its permissions.

    `scopes` holds names such as `session_recording:read`, or `*` for all of them. `projects` restricts
    the key to some projects; `None` leaves it unrestricted. A user who is only a viewer may not write.
    """

    value: str
    user: str = "owner@shop.example"
    scopes: frozenset[str] = frozenset({"*"})
    projects: frozenset[int] | None = None
    role: Literal["viewer", "editor"] = "editor"


class Action(_Frozen):
    """A saved action: a name for one or more event names."""

    name: str
    events: tuple[str, ...]


class Cohort(_Frozen):
    """A dynamic cohort: the persons with all of these properties."""

    name: str
    properties: tuple[PropertyFilter, ...]


class Comment(_Frozen):
    """A comment on a recording."""

    recording_id: str
    content: str


class Throttle(_Frozen):
    """Rate limits as PostHog Cloud applies them to personal API keys.

    `plan` decides the extra limits of listing and snapshots. `retry_after` is whether a 429 has a
    `Retry-After` header; older servers do not send it, and some proxies drop it.
    """

    plan: Literal["free", "paid", "enterprise"] = "free"
    retry_after: bool = True


_HAS_A_PLAN = PropertyFilter(type="person", key="plan", operator="exact", value=["plus", "trade"])


class SandboxSettings(_Frozen):
    """All settings of a sandbox. The defaults are a healthy PostHog Cloud project.

    Attributes:
        recordings: A directory with one folder for each recording.
        database: An SQLite file that stores changes (views, shares, deletions), or `:memory:`.
            A file that already has recordings is used as it is.
        keys: The personal API keys that exist.
        keep_times: Whether recordings keep their times, instead of being moved to the last days.
        retention_days: Recordings older than this are expired: not listed, not retrievable.
        long_term: Ids of recordings in long-term storage, which are served as one `blob_v2_lts` object.
        failing_blocks: For a recording's id, the indexes of blocks that the storage fails to deliver.
        failing_deletions: Ids of recordings that the storage fails to delete.
        bulk_delete: Whether personal API keys may call `bulk_delete`; servers differ.
        public_sharing: Whether the organization allows sharing publicly.
        advanced_permissions: Whether the organization has the Advanced Permissions feature, which
            passwords of shares need.
        test_account_filters: What `filter_test_accounts` keeps.
        actions: Saved actions by id.
        cohorts: Cohorts by id.
        comments: Comments on recordings.
        lists_scopes: Whether a key without `personal_api_key:read` may read its own scopes; servers differ.
        envelope: How a page of recordings says that there are more: `has_next` and a cursor; or `count`,
            `next` and `previous`, as PostHog's API documentation shows it.
        trouble: How the database behind the API fails; `None` if it works.
        throttle: Rate limits; `None` for none, as on a self-hosted server.
    """

    recordings: Path = BUNDLED_RECORDINGS
    database: str = ":memory:"
    keys: tuple[ApiKey, ...] = (
        ApiKey(value=SANDBOX_API_KEY),
        ApiKey(
            value=SANDBOX_SECOND_API_KEY,
            user="colleague@shop.example",
            projects=frozenset({SANDBOX_SECOND_PROJECT_ID}),
        ),
    )
    keep_times: bool = False
    retention_days: int = Field(default=90, ge=1)
    long_term: frozenset[str] = frozenset()
    failing_blocks: Mapping[str, frozenset[int]] = Field(default_factory=dict[str, frozenset[int]])
    failing_deletions: frozenset[str] = frozenset()
    bulk_delete: Literal["allowed", "refused"] = "allowed"
    public_sharing: bool = True
    advanced_permissions: bool = False
    test_account_filters: tuple[PropertyFilter, ...] = (
        PropertyFilter(type="person", key="email", operator="not_icontains", value="@shop.example"),
    )
    actions: Mapping[int, Action] = Field(
        default_factory=lambda: {1: Action(name="Bought", events=("order paid",))}
    )
    cohorts: Mapping[int, Cohort] = Field(
        default_factory=lambda: {1: Cohort(name="Customers with a plan", properties=(_HAS_A_PLAN,))}
    )
    comments: tuple[Comment, ...] = ()
    lists_scopes: Literal["always", "with_scope"] = "always"
    envelope: Literal["cursor", "count"] = "cursor"
    trouble: Trouble | None = None
    throttle: Throttle | None = None
