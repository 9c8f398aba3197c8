"""What stands in the place of secrets and personal data, and how it is counted."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recordings_mcp.privacy import PiiKind, Redactor, redaction_notice
from tests.privacy.hostile import hostile_texts
from tests.privacy.planted import planted_texts

_KEY = b"one key for the life of a server"
_KEY_LIKE = "a1B2c3D4e5F6" * 3


def _redacted(text: str) -> str:
    return Redactor("standard", key=_KEY).text(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2&user=jane", "password=[secret]&user=jane"),
        ("api_key: abc123def", "api_key: [secret]"),
        ("API key: abcd1234efgh, keep it", "API key: [secret], keep it"),
        ('{"client_secret": "two words", "n": 1}', '{"client_secret": "[secret]", "n": 1}'),
        (r'{"body":"{\"password\":\"hunter2\",\"a\":1}"}', r'{"body":"{\"password\":\"[secret]\",\"a\":1}"}'),
        ('{"name":"password","value":"hunter2"}', '{"name":"password","value":"[secret]"}'),
        ("Passwort: geheim12, mot de passe = abc1", "Passwort: [secret], mot de passe = [secret]"),
        ("пароль: qwerty12 パスワード=abc123", "пароль: [secret] パスワード=[secret]"),
        ("\u0664\u0661\u0661\u0661" + " \u0661\u0661\u0661\u0661" * 3, "[card]"),
        ('searchbox "Search" typed "token ring"', 'searchbox "Search" typed "token ring"'),
        ("Authorization: Bearer abc.def-123 failed", "Authorization: Bearer [secret] failed"),
        ("authorization: Digest username=x, nonce=y", "authorization: Digest [secret]"),
        ("Set-Cookie: sid=abc; Path=/\nnext line", "Set-Cookie: [secret]\nnext line"),
        ("postgres://admin:pw@db.example:5432/x", "postgres://[secret]@db.example:5432/x"),
        ("?next=https%3A%2F%2Fu%3Ap%40h.example%2Fx", "?next=https%3A%2F%2F[secret]%40h.example%2Fx"),
        ("/#/cb?access_token=abc&x=1", "/#/cb?access_token=[secret]&x=1"),
        ("?next=%2Fcb%3Ftoken%3Dabc%26x%3D1", "?next=%2Fcb%3Ftoken%3D[secret]%26x%3D1"),
        ("?n=%252Fcb%253Ftoken%253Dabc%2526x%253D1", "?n=%252Fcb%253Ftoken%253D[secret]%2526x%253D1"),
        ("?code=4/0AY0e-g7XyZ12&state=open", "?code=[secret]&state=open"),
        ("/reset-password/3f9a8b7c6d5e4f3a2b1c?x", "/reset-password/[secret]?x"),
        ("x=token=abc", "x=token=[secret]"),
        ("12 4111-1111-1111-1111 12/28 123", "12 [card] 12/28 123"),
        ("card 378282246310005.", "card [card]."),
        ("DE89 3704 0044 0532 0130 00 is my account", "[iban] is my account"),
        ("01a208ba-9210-7000-8000-00000000000a", "01a208ba-9210-7000-8000-00000000000a"),
        ("ba9675c4-9461-1467-0988-104702cfff70", "ba9675c4-9461-1467-0988-104702cfff70"),
        ("41111111-1111-1111-aaaa-aaaaaaaaaaaa", "[card]-aaaa-aaaaaaaaaaaa"),
        ("01a2b3c4-1234-7123-be68-539007547034", "01a2b3c4-1234-7123-[iban]"),
        ("phx_" + _KEY_LIKE + " leaked", "[secret] leaked"),
        ("(gh" + "p_" + _KEY_LIKE + ")", "([secret])"),
    ],
)
def test_a_secret_is_replaced_and_what_is_around_it_stays(text: str, shown: str) -> None:
    assert _redacted(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("jane@example.com wrote", "[email:359be8] wrote"),
        ("?email=Jane%40Example.com&x=1", "?email=[email:359be8]&x=1"),
        ("?next=%3Fe%3Djane%2540example.com", "?next=%3Fe%3D[email:359be8]"),
        ("jane&#64;example.com, bob+tag@example.com", "[email:359be8], [email:0bd1b9]"),
        ("call +49 30 901820 or 0049-30-901820", "call [phone:d7cce4] or [phone:d7cce4]"),
        ("tel:%2B4930901820", "tel:[phone:d7cce4]"),
        ("(415) 555-2671, 415-555-2671, phone: 4155552671", "[phone:39be98], [phone:39be98], phone: [phone:39be98]"),
        ("192.168.1.17:443 and 10.1.2.3", "[ip:44443f]:443 and [ip:a9f39f]"),
        ("[2001:DB8::1]:80, 2001:db8:0:0:0:0:0:1", "[[ip:8e4089]]:80, [ip:8e4089]"),
        ("ip=2001%3Adb8%3A%3A1", "ip=[ip:8e4089]"),
        ("2001:db8::1: refused, 2001:DB8:0:0:0:0:0:1: too", "[ip:8e4089]: refused, [ip:8e4089]: too"),
        ("at 2001:db8::1:\nnext, (2001:db8::1:)", "at [ip:8e4089]:\nnext, ([ip:8e4089]:)"),
        ("tcp 2001:db8:0:0:0:0:0:1:443: refused, 2001:db8::1:50443", "tcp [ip:8e4089]:443: refused, [ip:8e4089]:50443"),
        ("2001:db8::1:connection refused", "[ip:8e4089]:connection refused"),
        ("m=2001%3Adb8%3A%3A1%3A%20refused", "m=[ip:8e4089]%3A%20refused"),
        ("IP:2001:db8::1 source:2001:db8::1, Error:2001:db8::1:", "IP:[ip:8e4089] source:[ip:8e4089], Error:[ip:8e4089]:"),
    ],
)  # fmt: skip
def test_a_personal_value_becomes_one_token_however_it_is_spelled(text: str, shown: str) -> None:
    assert _redacted(text) == shown


def test_tokens_are_the_same_under_one_key_and_differ_under_another() -> None:
    text = "jane@example.com"

    assert _redacted(text) == _redacted(text)
    assert Redactor("standard", key=b"another").text(text) != _redacted(text)
    assert Redactor("standard").text(text) != Redactor("standard").text(text)


def test_a_token_of_a_value_is_available_without_counting_it() -> None:
    redactor = Redactor("standard", key=_KEY)

    assert redactor.token("email", "jane@example.com") == redactor.text("jane@example.com")
    assert redactor.token("card", "4111111111111111") == "[card]"
    assert redactor.counts == {"email": 1}


def test_every_hidden_value_is_counted_once_by_its_kind() -> None:
    redactor = Redactor("standard", key=_KEY)
    redactor.text("jane@example.com, bob@example.com, password=x1, Authorization: Bearer abcdef123456")
    redactor.text("jane@example.com from 10.1.2.3")

    assert redactor.counts == {"email": 3, "secret": 2, "ip": 1}


def test_the_notice_says_what_was_hidden_or_that_redaction_is_off() -> None:
    assert redaction_notice("standard", {"email": 2, "card": 1}) == (
        "Redacted (standard): 1 card number, 2 e-mail addresses."
    )
    assert redaction_notice("strict", {}) == "Redacted (strict): nothing found to hide."
    assert redaction_notice("off", {}) == (
        "Redaction is off: the operator chose to show secrets and personal data as recorded."
    )


_JANE: dict[PiiKind, list[str]] = {
    "name": ["Jane Doe"],
    "email": ["jane@example.com"],
    "address": ["12 Main Street, Springfield"],
}


def test_strict_also_hides_the_persons_own_values_wherever_they_are_written() -> None:
    redactor = Redactor("strict", key=_KEY, known=_JANE)
    shown = redactor.text(
        'Hello Jane! heading "JANE  DOE" /jane-doe, ships to 12 main street,  Springfield; not Janet, no doe, DOE'
    )
    name, place = redactor.token("name", "jane doe"), redactor.token("address", "12 main street, springfield")

    assert shown == f'Hello {name}! heading "{name}" /{name}, ships to {place}; not Janet, no doe, {name}'
    assert redactor.counts == {"name": 4, "address": 1}


def test_a_name_within_an_encoded_address_does_not_keep_the_rest_of_it() -> None:
    redactor = Redactor("strict", key=_KEY, known={"name": ["Jane Example"]})

    assert redactor.text("jane7&#64;example.com") == redactor.token("email", "jane7@example.com")


def test_standard_leaves_names_and_addresses_as_recorded() -> None:
    text = "Hello Jane Doe, ships to 12 Main Street, Springfield"

    assert Redactor("standard", key=_KEY, known=_JANE).text(text) == text


def test_a_value_of_the_persons_own_record_is_hidden_at_strict_only() -> None:
    shown = {
        level: Redactor(level, key=_KEY).own("jane@example.com", "email")
        for level in ("standard", "strict", "off")
    }

    assert shown == {
        "standard": "jane@example.com",
        "strict": "[email:359be8]",
        "off": "jane@example.com",
    }
    assert Redactor("standard", key=_KEY).own("password=abc1", "name") == "password=[secret]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Jane 4111 1111 1111 1111", "Jane [card]"),
        ("4111111111111111", "[card]"),
        ("DE89 3704 0044 0532 0130 00", "[iban]"),
        ("jane@example.com, +49 30 901820, 192.168.1.17, 2001:db8::1", None),
        ("019313aa-1234-7abc-8def-0123456789ab", None),
        ("customer 1732360000000 of 100234", None),
    ],
)
def test_a_card_or_a_bank_account_is_hidden_in_the_persons_own_record_too(
    value: str, shown: str | None
) -> None:
    assert Redactor("standard", key=_KEY).own(value, "name") == (shown or value)
    assert Redactor("off", key=_KEY).own(value, "name") == value


def test_off_hides_nothing() -> None:
    redactor = Redactor("off", key=_KEY, known=_JANE)
    text = "jane@example.com password=hunter2 4111 1111 1111 1111 Jane Doe"

    assert redactor.text(text) == text
    assert redactor.named("password", "hunter2") == "hunter2"
    assert redactor.counts == {}


def test_a_redacted_text_is_redacted_no_further() -> None:
    texts = [*(one.text for one in planted_texts(1000, seed=3)), *(one.text for one in hostile_texts())]

    assert [text for text in texts if _redacted(_redacted(text)) != _redacted(text)] == []


_SIGNS = st.sampled_from(
    ["password", "token=", '"api_key":"', "@example.com", "jane", "%40", "%3D", "4111 1111 1111 1111", "+49 30 9018201",
     "Bearer ", "Cookie: a=", "https://", ":", "=", '"', "'", "\\", " ", "\n", "[secret]", "[email:0a1b2c]", "eyJhbGciOi",
     "10.1.2.3", "2001:db8::1", "DE89370400440532013000", "-----BEGIN PRIVATE KEY-----", "-", ".", "&", "7", "aB3"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.one_of(_SIGNS, st.text(max_size=5)), max_size=30).map("".join))
@example("10.1.2.3DE89370400440532013000")
def test_any_mixture_of_signs_does_not_change_a_second_time(text: str) -> None:
    assert _redacted(_redacted(text)) == _redacted(text)


_ID = "019313aa-1234-7abc-8def-0123456789ab"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (_ID, _ID),
        (f"jane@example.com {_ID}", f"[email:359be8] {_ID}"),
        (f"{_ID} jane@example.com", f"{_ID} [email:359be8]"),
        (f"password={_ID}", "password=[secret]"),
        ("0049-30-90-18-20", "[phone:d7cce4]"),
        ("4111111111111111-abcdef-abcdefabcdef", "[card]-abcdef-abcdefabcdef"),
    ],
)
def test_an_id_alone_is_kept_but_values_beside_it_and_numbers_like_it_are_hidden(
    text: str, shown: str
) -> None:
    assert _redacted(text) == shown
