"""Values in the shapes that pages, consoles and addresses give them: split, encoded, named elsewhere, in any language."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings_mcp.privacy import Redactor, Sanitizer

_KEY = b"k"
_TOKEN = "c5k-2f9d8c7b6a5e4d3c2b1a"
_CARD = "4111 1111 1111 1111"


def _redacted(text: str) -> str:
    return Redactor("standard", key=_KEY).text(text)


def _kept(text: str) -> str:
    """Return what is left of a text, with the tokens of hidden values as their kind alone."""
    return re.sub(r"\[(\w+)(?::[0-9a-f]{6})?\]", r"[\1]", _redacted(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("jane.doe @example.com wrote", "[email] wrote"),
        ("jane.doe@ example.com", "[email]"),
        ("jane.doe\n@example.com", "[email]"),
        ("jane.doe@example .com", "[email]"),
        ("jane.doe(at)example(dot)com", "[email]"),
        ("follow @acme.official, @john.smith", "follow @acme.official, @john.smith"),
        ("ghp_ a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6", "[secret]"),
        ("ghp_a1B2c3D4e5F6g7H8 i9J0k1L2m3N4o5P6", "[secret]"),
        ("ghp_ tokens are long-lived-credentials", "ghp_ tokens are long-lived-credentials"),
    ],
)
def test_a_value_that_two_elements_share_is_hidden(text: str, shown: str) -> None:
    assert _kept(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"name":"password","type":"text","value":"hunter2"}', '{"name":"password","type":"text","value":"[secret]"}'),
        ('{"value":"hunter2","name":"password"}', '{"value":"[secret]","name":"password"}'),
        ('{"type":"password","value":"hunter2"}', '{"type":"password","value":"[secret]"}'),
        ('{"password":{"dirty":true,"value":"hunter2"}}', '{"password":{"dirty":true,"value":"[secret]"}}'),
        ('["password","hunter2"]', '["password","[secret]"]'),
        ('[["password", "hunter2"]]', '[["password", "[secret]"]]'),
        ('{"password":["hunter2"]}', '{"password":["[secret]"]}'),
        ('{"card":{"cvc":7731}}', '{"card":{"cvc":[secret]}}'),
        ('Object {"name":"password","value":"hunter2","valid":tr', 'Object {"name":"password","value":"[secret]","valid":tr'),
        (r'{"body":"{\"name\":\"password\",\"id\":1,\"value\":\"hunter2\"}"}', r'{"body":"{\"name\":\"password\",\"id\":1,\"value\":\"[secret]\"}"}'),
        ("{ name: 'password', value: 'hunter2' }", "{ name: 'password', value: '[secret]' }"),
        ('<input value="hunter2" name="password">', '<input value="[secret]" name="password">'),
        ('<input name="a" type="password" value="hunter2">', '<input name="a" type="password" value="[secret]">'),
        ('{"name":"size","value":"XL"}', '{"name":"size","value":"XL"}'),
        ('["password","email"]', '["password","email"]'),
        ('{"password":["Too short for this site"]}', '{"password":["Too short for this site"]}'),
        ("{token: state.token, next: 1}", "{token: state.token, next: 1}"),
    ],
)  # fmt: skip
def test_a_secret_whose_name_is_elsewhere_in_its_object_list_or_tag_is_hidden(text: str, shown: str) -> None:
    assert _kept(text) == shown


@pytest.mark.parametrize(
    "mark", ["\u2011", "\u2013", "\u2212", "\u00b7", ".", "/", "_", "  ", "\n", "&nbsp;", "%C2%A0"]
)
def test_cards_and_accounts_are_hidden_whatever_their_groups_are_set_apart_by(mark: str) -> None:
    assert _kept(_CARD.replace(" ", mark)) == "[card]"
    assert _kept("DE89 3704 0044 0532 0130 00".replace(" ", mark)) == "[iban]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[4111,1111,1111,1111]", "[[card]]"),
        ('["4111","1111","1111","1111"]', '["[card]"]'),
        ("card_4111111111111111", "card_[card]"),
        ("4111.1111.1111.1112 4111/1111/1111/1112", "4111.1111.1111.1112 4111/1111/1111/1112"),
        ("+1 415\u2013555\u20130132", "[phone]"),
        ('"mobile":"9876543210", "telefono":"612345678"', '"mobile":"[phone]", "telefono":"[phone]"'),
        ("Telefoonnummer 0612345678", "Telefoonnummer [phone]"),
        ("电话:13800138000 Телефон: 9123456789", "电话:[phone] Телефон: [phone]"),
        ('textbox "Mobile" [mobile] typed "4155550132"', 'textbox "Mobile" [mobile] typed "[phone]"'),
    ],
)
def test_numbers_are_hidden_in_lists_behind_names_and_after_labels_of_many_languages(
    text: str, shown: str
) -> None:
    assert _kept(text) == shown


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/reset/MQ/{}/", "/set-password/{}", "/forgot/{}", "/recover/account/{}", "/change-email/{}", "/join/{}",
        "/user/accept-invitation/{}", "/reset-password/{}", "/passwort-vergessen/{}", "/restablecer/{}",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "token", [_TOKEN, "kqzvxwmtrbjhgdfpsnclyq", "0b5a3e1c-2f9d-4c7b-8a5e-4d3c2b1a0f9e", "QmZxRtYbVnKpLwSd"]
)
def test_a_random_segment_after_what_a_link_is_good_for_is_hidden(path: str, token: str) -> None:
    assert _kept(path.format(token)) == path.format("[secret]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pi_3AbCdEfGhIjKlMnO_secret_QrStUvWxYz0123456789", "[secret]"),
        ("seti_1AbCdEfGhIjKlMnO_secret_QrStUvWxYz0123456789", "[secret]"),
        ("bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx/getMe", "bot110201543:[secret]/getMe"),
        ("/api/webhooks/123456789012345678/" + "aB3-" * 17, "/api/webhooks/[secret]"),
        ("dckr_pat_AbCdEfGhIjKlMnOpQrStUvWxYz0", "[secret]"),
        ("vercel_blob_rw_AbCdEfGhIjKl_MnOpQrStUvWxYz0123456789", "[secret]"),
        ("patAbCdEf01234567." + "0123456789abcdef" * 4, "[secret]"),
        ("re_AbCdEf01_GhIjKlMnOpQrStUvWxYz0123", "[secret]"),
        ("curl -u jane:hunter2 https://x", "curl -u [secret] https://x"),
        (
            "-----BEGIN PRIVATE KEY-----<br>MIIEvQIBADANBgkqhkiG9w0BAQEFAASC<br>-----END PRIVATE KEY-----",
            "[private_key]",
        ),
        ("Your verification code is 739204.", "Your verification code is [secret]."),
        ("482913 is your Acme login code", "[secret] is your Acme login code"),
        ("Your password is xK9-Lmp-22", "Your password is [secret]"),
        ("Your password is at least 8 characters", "Your password is at least 8 characters"),
    ],
)
def test_keys_of_more_vendors_and_secrets_in_commands_and_sentences_are_hidden(text: str, shown: str) -> None:
    assert _kept(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("jane.doe&#64example.com", "[email]"),
        ("jane.doe&amp;#64;example.com", "[email]"),
        ("jane.doe%u0040example.com", "[email]"),
        (r"jane.doe\u{40}example.com", "[email]"),
        ("jane.doe=40example.com", "[email]"),
        ("jane.doe\ufe6bexample\u3002com", "[email]"),
        ("password&#61;hunter2", "password&#61;[secret]"),
        ("%22password%22%3A%22hunter2%22", "%22password%22%3A%22[secret]%22"),
        ("%2522password%2522%253A%2522hunter2%2522", "%2522password%2522%253A%2522[secret]%2522"),
        (r'"p\u0061ssword":"hunter2"', r'"p\u0061ssword":"[secret]"'),
        ("{&quot;password&quot;:&quot;hunter2&quot;}", "{&quot;password&quot;:&quot;[secret]&quot;}"),
        ("from 9\u201312, 50 % off&hellip; Fran\u00e7ois\u2019s &amp; \\u00e9", None),
    ],
)
def test_what_is_encoded_is_decoded_before_it_is_judged_and_the_rest_stays_as_it_was(
    text: str, shown: str | None
) -> None:
    assert _kept(text) == (shown or text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password={hunter2}", "password=[secret]"),
        ("password=(hunter2)", "password=[secret]"),
        ("password=`hunter2`", "password=[secret]"),
        ("password=[a]hunter2", "password=[secret]"),
        ("password=[secret]hunter", "password=[secret]"),
        ("password=hun&ter2secret", "password=[secret]"),
        ("password=hun;ter2secret&next=1", "password=[secret]&next=1"),
        ("password -> hunter2", "password -> [secret]"),
        ("Password:\nhunter2", "Password:\n[secret]"),
        ("Password:\nForgot it?", "Password:\nForgot it?"),
        ("password=[secret]", "password=[secret]"),
        (
            "şifre: hunter2, jelszó: hunter2, salasana: hunter2",
            "şifre: [secret], jelszó: [secret], salasana: [secret]",
        ),
    ],
)
def test_a_value_is_hidden_to_its_end_and_whatever_it_begins_with(text: str, shown: str) -> None:
    assert _kept(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "SSN 219-09-4321", "219-09-4321", "National Insurance number: AB 12 34 56 C", "CPF: 529.982.247-25",
        '{"cpf":"11144477735"}', "DNI 12345678Z", "NIE: X1234567L", "Aadhaar 2341 2341 2346", "Passport no. C01X00T47",
        "RSSMRA85T10A562S", "PESEL 44051401359", "131052-308T", "1 84 12 76 451 089 46", "85.07.30-033.28",
        "756.9217.0769.85", "11010519491231002X", "HEGG560427MVZRRL04", "12.345.678-5",
    ],
)  # fmt: skip
def test_a_national_id_is_hidden_after_its_label_or_by_its_check_digits(text: str) -> None:
    redactor = Redactor("standard", key=_KEY)
    shown = redactor.text(text)

    assert redactor.counts == {"national_id": 1}
    assert "[national_id:" in shown
    assert not any(part in shown for part in text.replace("-", " ").split()[-1:])


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456 666-12-3456 529.982.247-26 12.345.678-9 RSSMRA85T10A562X 11010519491231002Y",
        "SSN is required", "Passport photo size: 35 x 45 mm", "SIN wave 440 Hz", "passport 2024-05-17",
        "2341 2341 2346 pieces", "VAT ID: DE 123456789",
        "/share/2024-annual-report", "/login/2024-terms-and-conditions", "/token/how-to-use-tokens-2024",
        "/invite/2024-summer-campaign", "/authors/5f8d0d55b54764421b7156c1", "sk-button-primary-large-2",
        "sk-item-listing-container-1", "microphone 1234567", "phone case 1234567", "cell 1234567",
        "telephone table 1200 800", "0123 456 789 items", "lotto 07 11 15 23 42", "ticket=ABC-123",
        "ticket=ABC-12345678", "pin=top", "cookie=accepted", "git@github.com:acme/site.git",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret_or_a_number_of_a_person_stays(text: str) -> None:
    assert _redacted(text) == text


def test_structured_results_hide_what_the_same_object_as_text_hides() -> None:
    value = {
        "fields": [
            {"name": "password", "type": "text", "value": "hunter2"},
            {"type": "password", "value": "hunter3"},
        ],
        "password": {"dirty": True, "value": "hunter4"},
        "pairs": ["password", "hunter5"],
        "address": "/accounts/reset/MQ/" + _TOKEN,
    }

    assert Sanitizer("standard", key=_KEY).values(value) == {
        "fields": [
            {"name": "password", "type": "text", "value": "[secret]"},
            {"type": "password", "value": "[secret]"},
        ],
        "password": {"dirty": True, "value": "[secret]"},
        "pairs": ["password", "[secret]"],
        "address": "/accounts/reset/MQ/[secret]",
    }


_PIECES = st.sampled_from(
    ["password", "token=", "%22", "%2522", "&#61;", "&amp;", "\\u0040", "\\u{40}", "%u0040", "=40", "\ufe6b", "\u3002", "\u2013",
     "{", "}", "[", "]", '"name":"password"', '"value":"', ":", ",", "<br>", "<input ", 'value="x1"', "/reset/", "/join/",
     "jane", "@", "example.com", "4111", "1111", " ", "\n", "-", ".", "SSN ", "219-09-4321", "phone: ", "612345678", "ghp_",
     "a1B2c3D4e5F6g7H8", "[secret]", "[email:0a1b2c]", "pass is ", "curl -u ", "a:b1", "\\", "'", "&", ";", "(", ")", "`"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=4)), max_size=25).map("".join))
def test_any_mixture_of_these_shapes_is_redacted_without_an_error_and_no_further(text: str) -> None:
    shown = _redacted(text)

    assert _redacted(shown) == shown
    assert len(shown) <= 40 * len(text) + 40
