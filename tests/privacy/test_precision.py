"""What is no secret stays: in the project's own recordings, and in the numbers and names timelines are full of."""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from recordings_mcp.privacy import Redactor

_RECORDINGS = Path(__file__).parents[2] / "sandbox" / "recordings"
_MOST_FALSE_POSITIVES = 0.001  # of the different texts
_GZIP_MAGIC = "\x1f\x8b"


def _texts(value: Any) -> Iterator[str]:
    """Yield every string in a decoded event, those of its compressed parts and of JSON within strings too."""
    if isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in cast("Sequence[Any]", value):
            yield from _texts(item)
    elif isinstance(value, str) and value.startswith(_GZIP_MAGIC):
        yield from _texts(json.loads(zlib.decompress(value.encode("latin-1"), 31)))
    elif isinstance(value, str):
        yield value


def _recorded_texts() -> set[str]:
    texts: set[str] = set()
    for snapshots in _RECORDINGS.glob("*/snapshots.jsonl.gz"):
        for line in gzip.decompress(snapshots.read_bytes()).splitlines():
            texts.update(_texts(json.loads(line)))
    for events in _RECORDINGS.glob("*/events.json.gz"):
        texts.update(_texts(json.loads(gzip.decompress(events.read_bytes()))))
    return texts


def _personal_values() -> set[str]:
    """Return what the scripted persons left of themselves: their e-mail addresses."""
    recordings = (json.loads(path.read_bytes()) for path in _RECORDINGS.glob("*/recording.json"))
    people = (recording["person"]["properties"] for recording in recordings if recording.get("person"))
    return {
        value for person in people for value in person.values() if isinstance(value, str) and "@" in value
    }


def test_almost_nothing_harmless_in_our_own_recordings_is_redacted() -> None:
    known = _personal_values()
    texts = {text for text in _recorded_texts() if not any(value in text for value in known)}
    redactor = Redactor("standard", key=b"k")
    wrong = sorted(text[:200] for text in texts if redactor.text(text) != text)
    print(f"{len(texts)} different texts, {len(wrong)} redacted wrongly")  # noqa: T201  for who runs this with -s

    assert len(texts) > 1000
    assert len(wrong) / len(texts) <= _MOST_FALSE_POSITIVES, wrong


@pytest.mark.parametrize(
    "text",
    [
        '00:12  w1  click  button "Pay now" [pay]  \u00d73',
        "01:02:03.456 page https://shop.example/products/7?utm_source=mail&ref=home#top",
        "2026-11-23T10:15:00.123Z 2026-11-23T10:15:00+01:00 23.11.2026 10:15 11/23/2026",
        "019313aa-1234-7abc-8def-0123456789ab",
        "00000000-0000-4000-8000-000000000000 11111111-1111-4111-8111-111111111111",
        "epoch 1732360000000 1732360000 1732360000000000 1732360000000000000",
        "posthog-js 1.449.2, Chrome/142.0.0.0 Safari/537.36, version 10.0.19045.1, v1.2.3.4",
        "Total 1,234.56 EUR, 12 500,00 kr, \u00a51234567, $19.99, 3 for 2",
        "Order 812-5391472-6746692 has left our warehouse",
        'div.pin:attr__class="pin new"nth-child="1";input.password:attr__type="password"',
        "Order 1000234 confirmed, invoice 2026-000123, ticket #48211, SKU 4006381333931",
        ".button[data-attr=pay]::before { color: #12ab34ff; margin: 0 -1px; }",
        "POST /api/pay 402 in 812 ms, 2048 bytes",
        "at checkout (https://shop.example/static/js/main.4f3a9b2c.js:12:44)",
        "x=1840 y=3200 1440x900 0.1234567890123456 -33.868820, 151.209290",
        "M14.4-10.9.4.6-16.2 13.2-5-2.8zm-16.4-2.5L84.8 32 96 19.6l5 2.9",
        "std::vector a::before ::after Foo::Bar 12:30:45 00:1a:2b:3c:4d:5e",
        "12:30:45: started, 00:1a:2b:3c:4d:5e: up, at 12:30:45.123: done, ::1: refused, 09:30:",
        "feed::before feed::after:hover feed::a:hover dl::before: std::dec: std:: fade::cafe: abc::def::",
        "fingerprint:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55 AA:BB:CC:DD:EE:FF:00:11:22:33: ratio:1:2:3: 1:2:3:4:",
        "Error:12:30:45: Foo::Bar::baz: namespace::2fast a:b:c:d: {a:1:b:2:c:} std::feed::add:",
        "img@2x.png vue@3.4.1/dist/vue.js @media @scope/package user@host",
        "Password: required",
        'textbox "Password" [password] typed (masked)',
        "Reset your password: click the link we sent",
        "Your token has expired. Token: expired. Secret: hidden",
        "max_tokens=8000 token_count: 512 tokens: 12 token_type=bearer password_strength: weak",
        "session_id=019313aa-1234-7abc-8def-0123456789ab $window_id: 019313aa-1234-7abc-8def-0123456789ac",
        "?code=SUMMER10&state=open&key=price&sort=asc&page=2",
        "credentials: include, mode: cors, cookie consent: accepted, cookie_banner=shown",
        "phc_" + "a1B2c3D4e5" * 4,
        "We use cookies. Cookie: we mean the small text files.",
        "authorization: the bank asks for it",
        "127.0.0.1:8080 0.0.0.0 localhost",
        "sk-fading-circle task-019313aa1234 disk-usage risk-level-high",
        "/share/this-page /reset/password /invite/friends /auth/callback",
        "call 112, room 1204, gate 22, line 415",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "DE 12 345 items, FR2026 model, GB12 size",
    ],
)  # fmt: skip
def test_common_texts_of_timelines_are_not_redacted(text: str) -> None:
    redactor = Redactor("standard", key=b"k")

    assert redactor.text(text) == text
    assert redactor.counts == {}
