"""Observations as English text, which is written only here."""

from collections import Counter
from collections.abc import Mapping, Sequence

from recordings_mcp.replay.model import (
    Click,
    ClickRun,
    Custom,
    Input,
    Keyboard,
    Log,
    Media,
    Observation,
    Page,
    Pause,
    Press,
    QuickBack,
    Recorder,
    Rejection,
    Request,
    Scroll,
    Stillness,
    Swipe,
    Target,
    Viewport,
    WebVital,
)
from recordings_mcp.replay.shortening import MESSAGE_LENGTH, one_line
from recordings_mcp.replay.text.numbers import TIMES, TO, clock, length, whole

NO_CHANGE = "no change recorded"
"""What is known of a click that nothing answered: the browser's bubbles and dialogs are never recorded."""

_CHANGES = {
    "chose_file": "chose a file",
    "chose_unnamed": "chose an option without a name",
    "typed_then_emptied": "typed, then emptied",
}
_NAMED_TARGETS = 2
_ALL_SEEN = 0.995
_RECORDER = {
    "paused": "the recorder paused",
    "resumed": "the recorder resumed",
    "session_ended": "the session ended here",
}


def observation_line(observation: Observation, tags: Mapping[str, str]) -> str:
    """Return an observation's line: `mm:ss kind target — detail xN (until mm:ss) [derived]`.

    Args:
        observation: What to write.
        tags: A short name for each window; empty if there is only one.
    """
    begin = clock(observation.t)
    parts = [begin, tags.get(observation.window, ""), observation.kind, what(observation)]
    if observation.count > 1:
        parts.append(f"{TIMES}{observation.count}")
    if observation.last is not None and (end := clock(observation.last)) != begin:
        parts.append(f"(until {end})")
    if observation.derived:
        parts.append("[derived]")
    if observation.source == "event":
        parts.append("[event]")
    return " ".join(filter(None, parts))


def vitals_line(vitals: Sequence[Observation], tags: Mapping[str, str]) -> str:
    """Return the web vitals of one page: `00:03 web_vital good, but FCP 3.4 s (poor) [event]`."""
    measured = [vital.facts for vital in vitals if isinstance(vital.facts, WebVital)]
    others = [vital for vital in measured if vital.rating != "good"]
    said = ", ".join(f"{one.metric} {_vital_amount(one)} ({one.rating or 'not rated'})" for one in others)
    first, but = vitals[0], "good, but " if len(others) < len(measured) else ""
    parts = [clock(first.t), tags.get(first.window, ""), "web_vital", f"{but}{said}", "[event]"]
    return " ".join(part for part in parts if part)


def folded_line(observations: Sequence[Observation]) -> str:
    """Return one line for several observations: `mm:ss-mm:ss folded — 3 click (button "Add" x2)`."""
    kinds = Counter[str]()
    subjects: dict[str, Counter[str]] = {}
    for observation in observations:
        kinds[observation.kind] += observation.count
        subject = subject_of(observation)
        if subject:
            subjects.setdefault(observation.kind, Counter())[subject] += observation.count
    until = max(observation.t for observation in observations)
    parts = ", ".join(f"{count} {kind}{_most(subjects.get(kind))}" for kind, count in kinds.most_common())
    begin, end = clock(observations[0].t), clock(until)
    return f"{begin}{TO}{end} folded — {parts}" if begin != end else f"{begin} folded — {parts}"


def _most(subjects: Counter[str] | None) -> str:
    if not subjects:
        return ""
    most = ", ".join(f"{subject} {TIMES}{count}" for subject, count in subjects.most_common(_NAMED_TARGETS))
    return f" ({most}, …)" if len(subjects) > _NAMED_TARGETS else f" ({most})"


def what(observation: Observation) -> str:
    """Return an observation's subject and detail: `button "Pay" [pay] — by keyboard or script`."""
    return " — ".join(filter(None, (subject_of(observation), detail_of(observation))))


def target_text(target: Target | None) -> str:
    """Return a target as text: `button "Pay now" [pay]`."""
    if target is None:
        return ""
    name = f'"{target.name}"' if target.name else ""
    attribute = f"[{target.attribute}]" if target.attribute else ""
    return " ".join(filter(None, (target.role, name, attribute)))


def subject_of(observation: Observation) -> str:
    """Return the subject of an observation: a target, an address, a web vital or an event."""
    match observation.facts:
        case Page(url=url) | QuickBack(url=url):
            return url
        case Request(method=method, url=url):
            return " ".join(filter(None, (method, url)))
        case WebVital(metric=name) | Custom(name=name):
            return name
        case Recorder():
            return "recorder"
        case Keyboard():
            return "keyboard"
        case _:
            return target_text(observation.target)


def detail_of(observation: Observation) -> str:  # noqa: C901, PLR0911, PLR0912  one case for each record of facts
    """Return the details of an observation."""
    match observation.facts:
        case None:
            return NO_CHANGE if observation.kind == "dead_click" and observation.derived else ""
        case Page(title=title, reloaded=reloaded):
            return "reloaded" if reloaded else f'titled "{title}"' if title else ""
        case Click() as click:
            return _click_text(click)
        case Press() as press:
            return _press_text(press)
        case Input() as change:
            return _input_text(change)
        case Scroll() as scroll:
            return _scroll_text(scroll)
        case Swipe(direction=direction):
            return f"swiped {direction}"
        case Stillness(seconds=seconds):
            return (
                f"{NO_CHANGE}; the mouse did not move for {length(seconds)}, as while a native dialog is open"
            )
        case ClickRun(clicks=clicks):
            return f"{clicks} clicks in a row"
        case QuickBack(seconds=seconds):
            return f"left after {seconds:.1f} s"
        case Pause(seconds=seconds, moved=moved, recorder_paused=paused):
            if seconds is None:
                return "the recorder saw no activity and paused"
            moving = ", but with movement or scrolling" if moved else ""
            pausing = "; the recorder paused" if paused else ""
            return f"{length(seconds)} without a click or keypress{moving}{pausing}"
        case Log(text=text):
            return text
        case Rejection(fields=fields):
            named = f": {', '.join(fields)}" if fields else ""
            return f"a form rejected its values{named}"
        case Request() as request:
            return _request_text(request, failed=observation.kind == "network_error")
        case WebVital() as vital:
            amount = _vital_amount(vital)
            return f"{amount}, {vital.rating}" if vital.rating is not None else amount
        case Viewport(width=width, height=height):
            return f"{whole(width)} {TIMES} {whole(height)}"
        case Media(action=action):
            return action.replace("_", " ")
        case Custom(properties=properties, payload=payload):
            own = ", ".join(f"{name}={value}" for name, value in (properties or {}).items())
            return one_line(own, MESSAGE_LENGTH) or payload or ""
        case Recorder(state=state):
            return _RECORDER[state]
        case Keyboard(is_open=is_open):
            return "opened" if is_open else "closed"


def _vital_amount(vital: WebVital) -> str:
    return f"{vital.value:.3f}" if vital.metric == "CLS" else length(vital.value / 1000)


def _request_text(request: Request, *, failed: bool) -> str:
    if request.url is None:
        return "no answer; the recording does not say to which request"
    took = "" if request.seconds is None else length(request.seconds)
    if not failed:
        return f"took {took}" if took else ""
    answer = f"status {request.status}" if request.status else "no answer"
    return f"{answer} after {took}" if took else answer


def _click_text(click: Click) -> str:
    place = f"at {whole(click.x)}, {whole(click.y)}" if click.x is not None and click.y is not None else ""
    how = "by keyboard or script" if click.by_keyboard else place
    return ", ".join(part for part in (how, _response_text(click)) if part)


def _response_text(click: Click) -> str:
    if click.focus is not None:
        refused = " (the browser refused the form)" if click.refused_for is not None else ""
        return f"focus moved to {target_text(click.focus)}{refused}"
    if click.dialog is not None:
        return f"a native dialog was open for {length(click.dialog)}"
    if click.refused_for is not None:
        return f"the browser refused the form: {target_text(click.refused_for)} is empty"
    return ""


def _press_text(press: Press) -> str:
    if press.dragged:
        return f"dragged to {target_text(press.dragged_to)}" if press.dragged_to else "dragged"
    return (
        "tapped; no click followed"
        if press.pointer == "touch"
        else "no click followed, as for a middle button"
    )


def _input_text(change: Input) -> str:
    match change:
        case Input(change="typed"):
            shown = "typed" if change.text is None else f'typed "{change.text}"'
            return "typed (masked)" if change.masked else shown
        case Input(change="chose", text=None, masked=False):
            return "chose nothing"
        case Input(change="chose"):
            return "chose (masked)" if change.masked else f'chose "{change.text}"'
        case _:
            return _CHANGES.get(change.change, change.change)


def _scroll_text(scroll: Scroll) -> str:
    lowest, offset = scroll.lowest, scroll.offset
    end = ""
    if scroll.page_seen is not None:
        seen = "" if scroll.page_seen >= _ALL_SEEN else f", {int(100 * scroll.page_seen)}% seen"
        end = f" (the end of the page{seen})"
    if offset >= lowest:
        return f"down to {whole(offset)} px{end}"
    back = "to the top" if offset <= 0 else f"up to {whole(offset)} px"
    return f"down to {whole(lowest)} px{end}, back {back}"
