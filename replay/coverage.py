"""What was read of a recording, and what was not."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Coverage:
    """How much of a recording was available and could be read. A number without a unit is a count.

    Attributes:
        lines: Non-blank lines.
        events: Events that were read, without duplicates and undecodable ones.
        duplicates: Events left out because an identical line was read before.
        undecodable: Lines, events or fields that could not be read.
        out_of_order: Events that arrived after a later one of their window.
        windows: Browser tabs.
        full_snapshots: Full snapshots of a page.
        before_first_snapshot: Changes and interactions seen before their window's first full snapshot.
        page_driven_inputs: Fields whose value the page set, not the person. Each counts once between two
            full snapshots: the number of changes could be the length of a text.
        masked_inputs: Inputs of the person with a masked or secret value. Typing into one field is one input,
            however many keys: their number would be the length of what was typed.
        unmasked_inputs: Typing into one field, likewise, that the recorder did not mask.
        console: Console messages.
        network: Network requests.
        requests_without_status: Of these, those whose failure would not have been recorded: browsers hide the
            status of other sites' responses, and Safari that of all.
        unnamed_targets: Targets without a name because naming them would have cost too much.
        synthetic_clicks: Clicks that the browser added to the person's, such as a label's for its checkbox.
        unknown_events: Events of an unknown type, source or plugin.
        unknown_encodings: Events with an unknown compression.
        analytics_events: Analytics events that were merged.
        frames_left_out: Windows that are a frame of another window with a recorder of its own, of which only
            failures and other lines of its own are reported.
        times_scaled: Events whose time was not in milliseconds, and was converted.
        far_events: Events dated more than 24 hours from the others, which were left out.
        requests_moved: How many seconds later than by their own clock requests are reported, because that
            clock differs from the recording's.
        analytics_moved: How many seconds later than by their own clock analytics events are reported.
        analytics_left_out: Analytics events left out because they happened before or after the recording, or
            on a clock that could not be compared with the recording's.
        limits_reached: What was left out because of a limit, one sentence each.
    """

    lines: int = 0
    events: int = 0
    duplicates: int = 0
    undecodable: int = 0
    out_of_order: int = 0
    windows: int = 0
    full_snapshots: int = 0
    before_first_snapshot: int = 0
    page_driven_inputs: int = 0
    masked_inputs: int = 0
    unmasked_inputs: int = 0
    console: int = 0
    network: int = 0
    requests_without_status: int = 0
    unnamed_targets: int = 0
    synthetic_clicks: int = 0
    unknown_events: int = 0
    unknown_encodings: int = 0
    analytics_events: int = 0
    frames_left_out: int = 0
    times_scaled: int = 0
    far_events: int = 0
    requests_moved: float = 0.0
    analytics_moved: float = 0.0
    analytics_left_out: int = 0
    limits_reached: list[str] = field(default_factory=list[str])

    @property
    def shows_failed_requests(self) -> bool:
        """Whether a failed request would have been recorded, if any request was recorded."""
        return not self.network or self.requests_without_status < self.network
