"""Fields whose names say that they hold a secret: what is typed there is masked whatever is asked for."""

import pytest

from recordings_mcp.reading.secret_fields import mask_secret_fields
from recordings_mcp.replay import read_timeline
from tests.replay._building import Recording, element, sentences

_SECRET = [
    *(
        "Password",
        "Your PIN",
        "PIN code",
        "pinCode",
        "Social security number",
        "SSN",
        "ssn",
        "socialSecurity",
    ),
    *("National Insurance number", "Tax ID", "taxpayer_id", "Passport number", "Card number", "cardNumber"),
    *("Gift card number", "CVV", "csc", "Security code", "IBAN", "Account number", "bank-account-number"),
    *("Sort code", "Routing number", "Verification code", "Enter the 6-digit code", "Login code"),
    *(
        "Enter the 6 digits we sent",
        "Recovery phrase",
        "seed_phrase",
        "Mother's maiden name",
        "Security answer",
    ),
    *("API key", "access_token", "Mot de passe", "Contraseña", "パスワード"),
]
_INNOCENT = [
    *("Coupon code", "couponCode", "Gift card or coupon code", "Discount code", "Promo code", "Voucher"),
    *("Postal code", "Zip code", "Country code", "Area code", "Search", "Message", "Name on card", "City"),
    *(
        "Gift card message",
        "Spinning speed",
        "Pinterest page",
        "Shopping list",
        "Account name",
        "Passport photo",
    ),
    *("Digital signature type", "Order number", "Phone number", "Company", "Descriptions", "Opinion"),
]


def typed_into(name: str, *, by_label: bool) -> list[str]:
    named = {"aria_label": name} if by_label else {"aria_label": "Field", "id": name}
    recording = Recording().open("/", element(10, "input", **named)).click(10).input(10, "hunter2")
    timeline = read_timeline(recording.lines(), show_typing="all")
    mask_secret_fields(timeline)
    return [seen.rpartition(" (typed")[2] for seen in sentences(timeline, "input")]


@pytest.mark.parametrize("by_label", [True, False], ids=["label", "id"])
@pytest.mark.parametrize("name", _SECRET)
def test_a_field_with_the_name_of_a_secret_shows_nothing(name: str, *, by_label: bool) -> None:
    assert typed_into(name, by_label=by_label) == [" (masked))"]


@pytest.mark.parametrize("by_label", [True, False], ids=["label", "id"])
@pytest.mark.parametrize("name", _INNOCENT)
def test_any_other_field_shows_what_was_asked_for(name: str, *, by_label: bool) -> None:
    assert typed_into(name, by_label=by_label) == [' "hunter2")']
