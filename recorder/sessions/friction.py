"""People who meet something that does not work."""

from recorder._person import Person


async def rage_click(person: Person) -> None:
    """A filter button that does nothing makes somebody angry."""
    await person.open("/products")
    await person.read(1.5)
    await person.click("checkbox", "Only in stock")
    await person.sees("to see the change.")
    await person.dead_click("button", "Apply filters")
    await person.rage_click("button", "Apply filters", 6)
    await person.scroll("down", 500)
    await person.scroll("up", 500)
    await person.click("link", "Journal", leads_to="/journal")
    await person.read(1.5)


async def dead_button(person: Person) -> None:
    """A sold-out product offers a button that nobody wired."""
    await person.open("/products")
    await person.click("link", "Oak Tray", leads_to="/products/oak-tray")
    await person.read(1.5)
    await person.dead_click("button", "Notify me")
    await person.read(1)
    await person.dead_click("button", "Notify me")
    await person.click("link", "All products", leads_to="/products")
    await person.read(1)


async def cart_server_error(person: Person) -> None:
    """The server fails for one product and works for another."""
    await person.open("/products")
    await person.click("button", "Add Stoneware Mug to cart")
    await person.read(1)
    for _ in range(2):
        async with (
            person.provoking_console("error", "add to cart failed enamel-kettle 500"),
            person.provoking_failure("POST", "/api/cart", 500),
        ):
            await person.click("button", "Add Enamel Kettle to cart")
        await person.sees("Something went wrong")
        await person.read(1.5)
    await person.click("link", "Cart", leads_to="/cart")
    await person.read(2)


async def slow_orders(person: Person) -> None:
    """A page that takes seconds to come, and a list that takes longer."""
    await person.open("/account")
    await person.click("link", "Your orders", leads_to="/orders")
    await person.click("button", "Show all orders")
    await person.sees("2 orders")
    await person.read(2)
    await person.click("link", "Gift box", leads_to="/gift-box")
    await person.read(1)


async def slow_delivery_date(person: Person) -> None:
    """The courier's answer takes more than three seconds."""
    await person.open("/checkout")
    await person.type("textbox", "Postcode", "CF10 1EP")
    await person.click("button", "Show delivery date")
    await person.sees("Arrives on Thursday")
    await person.read(2)
    await person.click("link", "Cart", leads_to="/cart")
    await person.click("button", "One more Beeswax Candles")
    await person.read(1)


async def redirect_loop(person: Person) -> None:
    """Two pages send a visitor back and forth until they flee."""
    await person.open("/")
    await person.click("link", "Account", leads_to="/account")
    for _ in range(2):
        await person.is_taken_to("/sign-in")
        await person.is_taken_to("/account")
    await person.is_taken_to("/sign-in", look=0.3)
    await person.click("link", "Contact", leads_to="/contact")
    await person.read(2)


async def quick_back(person: Person) -> None:
    """Products opened and left again within two seconds."""
    await person.open("/products")
    for product, path in (("Reading Lamp", "reading-lamp"), ("Pocket Torch", "pocket-torch")):
        await person.click("link", product, leads_to=f"/products/{path}", look=0.2)
        await person.back("/products")
    await person.click("link", "Travel Flask", leads_to="/products/travel-flask")
    await person.read(3)
    await person.click("button", "Add to cart")
    await person.sees("Added ✓")
    await person.read(1)


async def connection_lost(person: Person) -> None:
    """The network goes away in the middle of a purchase, and comes back."""
    await person.open("/products/travel-flask")
    await person.read(2.5)
    await person.loses_connection()
    async with (
        person.provoking_rejection("Failed to fetch"),
        person.provoking_failure("POST", "/api/cart", 0),
    ):
        await person.click("button", "Add to cart")
    await person.read(3)
    await person.regains_connection()
    await person.read(8)
    await person.click("link", "All products", leads_to="/products")
    await person.read(2)


async def rejected_promise(person: Person) -> None:
    """Asking for a balance rejects a promise; the page stays as it was."""
    await person.open("/gift-card")
    for _ in range(2):
        async with person.provoking_rejection("Cannot read properties of undefined (reading 'balance')"):
            await person.dead_click("button", "Check balance")
    await person.click("link", "Contact", leads_to="/contact")
    await person.read(1)
