"""People at the cart and the till."""

from recorder._person import Person


async def bought(person: Person) -> None:
    """From the front page to a paid order."""
    await person.open("/")
    await person.read(2)
    await person.click("link", "Browse products", leads_to="/products")
    await person.read(1.5)
    await person.click("button", "Add Storm Lantern to cart")
    await person.click("link", "Wool Blanket", leads_to="/products/wool-blanket")
    await person.select("Size", "150 x 200 cm")
    await person.click("button", "Add to cart")
    await person.sees("Added ✓")
    await person.click("link", "Cart", leads_to="/cart")
    await person.click("link", "Proceed to checkout", leads_to="/checkout")
    await fill_address(person, "jane.miller@example.com", "Jane Miller", "Germany")
    await fill_card(person, "4242424242424242")
    await person.click("checkbox", "I accept the terms")
    await person.click("button", "Pay now", leads_to="/thanks")
    await person.read(2.5)


async def card_declined(person: Person) -> None:
    """The card is declined twice, then the person gives up."""
    await person.open("/cart")
    await person.read(1.5)
    await person.click("link", "Proceed to checkout", leads_to="/checkout")
    await fill_address(person, "tomas.novak@example.com", "Tomáš Novák", "Czechia")
    await fill_card(person, "4000000000000002")
    await person.click("checkbox", "I accept the terms")
    await _pay_in_vain(person)
    await person.read(2)
    await _pay_in_vain(person)
    await person.read(3)
    await person.click("link", "Contact", leads_to="/contact")
    await person.read(2)


async def exception_on_submit(person: Person) -> None:
    """Paying for a pick-up runs into a bug of the page; nothing happens for the person."""
    await person.open("/cart")
    await person.click("link", "Proceed to checkout", leads_to="/checkout")
    await fill_address(person, "amelie.laurent@example.com", "Amélie Laurent", "France")
    await person.click("radio", "Pick up at the workshop")
    await fill_card(person, "4242424242424242")
    await person.click("checkbox", "I accept the terms")
    for _ in range(2):
        async with person.provoking_exception("Cannot read properties of undefined (reading 'opens')"):
            await person.dead_click("button", "Pay now")
    await person.click("link", "Lantern Goods", leads_to="/")
    await person.read(1.5)


async def bought_after_all(person: Person) -> None:
    """Somebody whose card was declined before comes back with another one."""
    await person.open("/checkout")
    await fill_address(person, "tomas.novak@example.com", "Tomáš Novák", "Czechia")
    await fill_card(person, "5555555555554444")
    await person.click("button", "Pay now")
    await person.sees("Please accept the terms.")
    await person.click("checkbox", "I accept the terms")
    await person.click("button", "Pay now", leads_to="/thanks")
    await person.click("link", "Keep looking around", leads_to="/products")
    await person.read(1)


async def gift_card_payment(person: Person) -> None:
    """A gift card is redeemed in an inline frame."""
    await person.open("/cart")
    await person.click("link", "Pay with a gift card", leads_to="/gift-card")
    await person.type("textbox", "Gift card number", "603550009876", frame="Gift card details")
    await person.type("textbox", "PIN", "4711", frame="Gift card details")
    await person.click("button", "Redeem card", frame="Gift card details")
    await person.sees("Paid with gift card ending in 9876.")
    await person.read(2)


async def fill_address(person: Person, email: str, name: str, country: str) -> None:
    """Fill the upper half of the checkout."""
    await person.type("textbox", "E-mail", email)
    await person.type("textbox", "Full name", name)
    await person.type("textbox", "Street and number", "Mill Lane 14")
    await person.type("textbox", "City", "Riverside")
    await person.type("textbox", "Postcode", "20457")
    await person.select("Country", country)


async def fill_card(person: Person, number: str) -> None:
    """Fill the lower half of the checkout."""
    await person.type("textbox", "Card number", number)
    await person.type("textbox", "Expiry date", "11/29")
    await person.type("textbox", "Security code", "314")


async def _pay_in_vain(person: Person) -> None:
    async with (
        person.provoking_console("warn", "payment declined 402 card_declined"),
        person.provoking_failure("POST", "/api/payments", 402),
    ):
        await person.click("button", "Pay now")
    await person.sees("Your card was declined.")
