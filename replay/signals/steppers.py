"""Controls that are made to be clicked several times: more, fewer, next, previous."""

import re
from typing import Any, Final

from recordings_mcp.replay.model import Target

_MOST_WORDS = 3
_MOST_READ = 200
_WORDS = re.compile(r"[^\W\d_]+")
_SYMBOLS: Final = frozenset("+-<>«»‹›←→↑↓▲▼◀▶◂▸△▽❮❯⟨⟩－＋−–")  # noqa: RUF001  signs as pages write them
_STEPS: Final = frozenset(
    {
        "next", "previous", "prev", "increase", "decrease", "increment", "decrement", "plus", "minus",
        "stepper", "weiter", "nächste", "nächster", "nächstes", "vorherige", "vorheriger", "vorheriges",
        "erhöhen", "verringern", "suivant", "suivante", "précédent", "précédente", "augmenter", "diminuer",
        "siguiente",
        "anterior", "aumentar", "disminuir", "próximo", "próxima", "seguinte", "diminuir", "successivo",
        "successiva", "precedente", "avanti", "indietro", "aumenta", "diminuisci", "volgende", "vorige",
        "verhogen", "verlagen",
    }
)  # fmt: skip
"""Words in the languages whose words the digest knows; posthog-js ignores rage on `next`, `previous`, `prev`,
`>` and `<` by default (extensions/rageclick.ts)."""

_STEPS_IN_CODE: Final = _STEPS | {"arrow", "forward", "backward"}


def is_stepper(target: Target | None, attributes: dict[str, Any]) -> bool:
    """Return whether a control is made to be clicked several times.

    Its name is a sign such as `+`, or has at most three words and one of them says so; or else its `class` or
    the attribute by which developers find it does.
    """
    name = (target.name if target else None) or ""
    signs = [*name.replace(" ", "")]
    if signs and all(sign in _SYMBOLS for sign in signs):
        return True
    words = _WORDS.findall(name.lower())
    if len(words) <= _MOST_WORDS and not _STEPS.isdisjoint(words):
        return True
    code = f"{(target.attribute if target else None) or ''} {str(attributes.get('class') or '')[:_MOST_READ]}"
    return not _STEPS_IN_CODE.isdisjoint(_WORDS.findall(code.lower()))
