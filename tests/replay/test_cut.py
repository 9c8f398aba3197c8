"""Where a long text is cut: at a word, and never inside a possible secret."""

import pytest

from tests.replay._building import Recording, element, text

LONG = "Pay for all that is in the cart with the saved card no."


def shown_name(name: str) -> str:
    (observed,) = Recording().open("/", element(10, "button", text(11, name))).click(10).sentences("click")
    return observed.removeprefix("click button ").strip('"')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{LONG} 4111 1111 1111 1111", f"{LONG}…"),
        (f"{LONG[:39]} 4111 1111 1111 1111", f"{LONG[:39]} 4111 1111 1111 1111"),
        (f"{LONG[:40]} 4111 1111 1111 1111", f"{LONG[:40].strip()} 4111 1111 1111 1111"),
        (f"{LONG[:41]} 4111 1111 1111 1111 now", f"{LONG[:41].strip()}…"),
        ("Transfer everything from GB29 NWBK 6016 1331 9268 19 to savings", "Transfer everything from GB29 NWBK 6016 1331 9268 19 to…"),
        ("Transfer all there is to the account GB29 NWBK 6016 1331 9268 19", "Transfer all there is to the account…"),
        ("Please do call us on any day of the week: +49 (0) 30 / 1234 - 5678", "Please do call us on any day of the week:…"),
        ("Write to our friendly helpers at margaret.hamilton@moonbase.example", "Write to our friendly helpers at…"),
        ("Open shop.example/account/orders/latest/invoices/download?of=jane@moonbase.example", "Open shop.example/account/orders/latest/invoices/download…"),
        ("a-very-long-name-in-small-letters-that-somebody-gave-to-a-button", "a-very-long-name-in-small-letters-that-somebody-gave-to-a-b…"),
        ("在这个页面上您可以用您保存的信用卡为购物车中的所有商品付款" * 3, "在这个页面上您可以用您保存的信用卡为购物车中的所有商品付款" * 2 + "在…"),
        ("A" * 80, "…"),
    ],
)  # fmt: skip
def test_a_long_name_is_cut_before_what_would_be_cut_in_two(name: str, expected: str) -> None:
    assert shown_name(name) == expected
    assert len(expected) <= 60


@pytest.mark.parametrize("spaces", [100, 470, 478, 3000])
def test_white_space_before_a_secret_does_not_bring_half_of_it_out(spaces: int) -> None:
    observed = shown_name(f"Key:{' ' * spaces}sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7jKl0n")

    assert observed in {"Key: sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7jKl0n", "Key:…", "…"}


def test_a_mask_too_long_to_be_read_is_still_a_mask() -> None:
    assert shown_name("*" * 700) == "(masked)"
