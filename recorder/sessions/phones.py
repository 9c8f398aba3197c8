"""People with a phone in their hand."""

from recorder._person import Person


async def phone_purchase(person: Person) -> None:
    """Taps and swipes, from the front page to a paid order."""
    await person.open("/")
    await person.scroll("down", 500)
    await person.read(1)
    await person.click("link", "Reading Lamp", leads_to="/products/reading-lamp")
    await person.click("button", "Add to cart")
    await person.sees("Added ✓")
    await person.click("link", "Cart", leads_to="/cart")
    await person.click("link", "Proceed to checkout", leads_to="/checkout")
    await person.type("textbox", "E-mail", "amelie.laurent@example.com")
    await person.type("textbox", "Card number", "4242424242424242")
    await person.type("textbox", "Security code", "271")
    await person.click("checkbox", "I accept the terms")
    await person.click("button", "Pay now", leads_to="/thanks")
    await person.read(2)
