"""People who fill in forms."""

from recorder._person import Person


async def gave_up_form(person: Person) -> None:
    """Half of the checkout is filled in, then the person leaves."""
    await person.open("/cart")
    await person.click("link", "Proceed to checkout", leads_to="/checkout")
    await person.type("textbox", "E-mail", "lucia.ortega@example.com")
    await person.type("textbox", "Full name", "Lucía Ortega")
    await person.type("textbox", "Street and number", "Calle de la Paz 3")
    await person.erase("textbox", "Street and number")
    await person.type("textbox", "Street and number", "Calle de la Paz 33, 2B")
    await person.select("Country", "Spain")
    await person.scroll("down", 400)
    await person.click("textbox", "Card number")
    await person.read(3)
    await person.scroll("up", 500)
    await person.click("link", "Journal", leads_to="/journal")
    await person.read(2)


async def signup(person: Person) -> None:
    """A newcomer creates an account; the first password is too short."""
    await person.open("/")
    await person.click("link", "Create an account", leads_to="/sign-up")
    await person.type("textbox", "Your name", "Nora Lindqvist")
    await person.type("textbox", "E-mail", "nora.lindqvist@example.com")
    await person.type("textbox", "Password", "glowworm")
    await person.click("button", "Create account")
    await person.sees("at least ten characters")
    await person.read(1.5)
    await person.erase("textbox", "Password")
    await person.type("textbox", "Password", "glowworms-in-november")
    await person.click("checkbox", "Send me the journal once a month")
    await person.click("button", "Create account", leads_to="/account")
    await person.sees("nice to see you")
    await person.read(2)


async def search_no_result(person: Person) -> None:
    """Three searches: nothing, nothing, and a word the shop knows."""
    await person.open("/products")
    await person.type("searchbox", "Search products", "umbrella")
    await person.sees("Nothing found")
    await person.read(1.5)
    await person.erase("searchbox", "Search products")
    await person.type("searchbox", "Search products", "rain coat")
    await person.sees("Nothing found for “rain coat”")
    await person.read(1.5)
    await person.erase("searchbox", "Search products")
    await person.type("searchbox", "Search products", "blanket")
    await person.sees("1 products")
    await person.click("link", "Wool Blanket", leads_to="/products/wool-blanket")
    await person.read(2)


async def preferences(person: Person) -> None:
    """Checkboxes, selects and a radio button, saved."""
    await person.open("/preferences")
    await person.click("checkbox", "Offers")
    await person.click("checkbox", "The journal")
    await person.select("How often", "Twice a year")
    await person.click("radio", "Text only")
    await person.select("Language", "Français")
    async with person.provoking_console("log", "preferences saved 4"):
        await person.click("button", "Save preferences")
    await person.sees("Your preferences are saved.")
    await person.read(2)


async def coupon_refused(person: Person) -> None:
    """One coupon has expired; the other works."""
    await person.open("/cart")
    await person.type("textbox", "Coupon code", "SUMMER25")
    async with person.provoking_failure("POST", "/api/coupon", 422):
        await person.click("button", "Apply coupon")
    await person.sees("This coupon expired")
    await person.read(2)
    await person.erase("textbox", "Coupon code")
    await person.type("textbox", "Coupon code", "WELCOME10")
    await person.click("button", "Apply coupon")
    await person.sees("Coupon applied.")
    await person.read(1.5)
    await person.click("link", "Proceed to checkout", leads_to="/checkout")
    await person.read(1)


async def repeated_submit(person: Person) -> None:
    """A message is sent three times, because the page does not say that it is being sent."""
    await person.open("/contact")
    await person.select("Topic", "Product")
    await person.type("textbox", "Your e-mail", "grace.park@example.com")
    await person.type("textbox", "Message", "Does the storm lantern fit into a bicycle bag?")
    for _ in range(3):
        await person.click("button", "Send message")
        await person.read(0.9)
    await person.sees("Your message was sent.")
    await person.read(4)


async def question_dialog(person: Person) -> None:
    """A question is asked in a dialog that lives in a shadow root."""
    await person.open("/products/storm-lantern")
    await person.click("button", "Ask about this product")
    await person.type("textbox", "Your question", "Can the glass be replaced?")
    await person.click("button", "Send question")
    await person.sees("we answer within a day")
    await person.click("button", "Close")
    await person.click("button", "Add to cart")
    await person.sees("Added ✓")
    await person.read(1.5)
