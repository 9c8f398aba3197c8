"""From observations to a digest, in all steps."""

from collections.abc import Callable, Iterable, Sequence

from recordings_mcp.replay.digest.attempts import attempts_of, completions_of
from recordings_mcp.replay.digest.chapters import chapters_of, overview_of, path_of
from recordings_mcp.replay.digest.console import console_lines
from recordings_mcp.replay.digest.errors import error_pages, errors
from recordings_mcp.replay.digest.forms import forms_given_up
from recordings_mcp.replay.digest.friction import (
    long_waits,
    poor_vitals,
    quick_backs,
    rage_and_dead_clicks,
    redirect_loops,
    repeated_submits,
    slow_requests,
)
from recordings_mcp.replay.digest.journey import Journey
from recordings_mcp.replay.digest.model import Digest
from recordings_mcp.replay.digest.ranking import rank
from recordings_mcp.replay.digest.signals import Signal
from recordings_mcp.replay.digest.verdict import judge
from recordings_mcp.replay.model import ActiveStretch, Observation, Timeline
from recordings_mcp.replay.text.finding import describe_outcome
from recordings_mcp.replay.text.moments import moments_of

SIGNALS: Sequence[Callable[[Journey], Sequence[Signal]]] = (
    errors,
    error_pages,
    rage_and_dead_clicks,
    repeated_submits,
    forms_given_up,
    long_waits,
    redirect_loops,
    quick_backs,
    slow_requests,
    poor_vitals,
)
"""The functions that find the signals."""


def digest_timeline(timeline: Timeline) -> Digest:
    """Summarize a recording. The same timeline always gives the same digest."""
    return digest_observations(
        timeline.observations,
        timeline.duration,
        timeline.activity,
        shows_failed_requests=timeline.coverage.shows_failed_requests,
    )


def digest_observations(
    observations: Iterable[Observation],
    duration: float,
    activity: Sequence[ActiveStretch] | None = None,
    *,
    shows_failed_requests: bool = True,
) -> Digest:
    """Summarize observations from any source and in any order; `duration` is in seconds.

    Without `activity`, the active times of the digest are None. Without `shows_failed_requests`, the digest
    says that failed requests could not be seen.
    """
    journey = Journey.of(observations, duration, shows_failed_requests=shows_failed_requests)
    signals = [signal for find in SIGNALS for signal in find(journey)]
    attempts = attempts_of(journey, signals)
    completions = completions_of(journey)
    moments = moments_of(rank(journey, signals, attempts, completions))
    verdict = judge(journey, signals, attempts, completions)
    finding, outcome = describe_outcome(journey, verdict, attempts, moments)
    return Digest(
        finding=finding,
        overview=overview_of(journey, activity),
        chapters=chapters_of(journey, activity),
        moments=moments,
        outcome=outcome,
        path=path_of(journey),
        console=console_lines(journey),
    )
