"""People who look around."""

from recorder._person import Person


async def gift_box_tour(person: Person) -> None:
    """All steps of a single-page app, with a step back."""
    await person.open("/")
    await person.click("link", "Gift box", leads_to="/gift-box")
    await person.click("button", "Tin box")
    await person.click("button", "Choose contents", leads_to="/gift-box/contents")
    await person.click("button", "Beeswax Candles")
    await person.click("button", "Pocket Torch")
    await person.click("button", "Write a card", leads_to="/gift-box/card")
    await person.type("textbox", "Words on the card", "For the long evenings. Yours, O.")
    await person.back("/gift-box/contents")
    await person.click("button", "Wool Blanket")
    await person.click("link", "Summary", leads_to="/gift-box/summary")
    await person.click("button", "Put box in cart")
    await person.sees("Your box is in the cart.")
    await person.read(1.5)


async def two_tabs(person: Person) -> None:
    """The size guide in a second tab beside the product."""
    await person.open("/products/felt-slippers")
    await person.click_into_new_tab("link", "Open size guide", "/size-guide")
    await person.read(2)
    await person.click("button", "Show inches")
    await person.read(1.5)
    await person.switch_to_tab(0)
    async with person.provoking_console("warn", "size table is older than 180 days felt-slippers"):
        await person.select("Size", "36")
    await person.click("button", "Add to cart")
    await person.sees("Added ✓")
    await person.switch_to_tab(1)
    await person.click("button", "Show centimetres")
    await person.read(1.5)


async def idle_minutes(person: Person) -> None:
    """Almost three minutes without touching anything, then on with the shopping."""
    await person.open("/journal")
    await person.scroll("down", 300)
    await person.read(2)
    await person.idle(170)
    await person.read(2)
    await person.scroll("down", 600)
    await person.click("link", "See the Storm Lantern", leads_to="/products/storm-lantern")
    await person.read(2)
    await person.click("button", "Add to cart")
    await person.sees("Added ✓")
    await person.read(1)


async def double_click(person: Person) -> None:
    """A closer look at a picture by double click, and a context menu."""
    await person.open("/products/wool-blanket")
    await person.read(1)
    async with person.provoking_console("warn", "no large picture, using the small one wool-blanket.jpg"):
        await person.double_click("img", "Wool Blanket")
    await person.read(2)
    await person.right_click("img", "Wool Blanket")
    await person.read(2)
    async with person.provoking_console("warn", "no large picture, using the small one wool-blanket.jpg"):
        await person.double_click("img", "Wool Blanket")
    await person.select("Size", "220 x 240 cm")
    await person.read(1)


async def console_warnings(person: Person) -> None:
    """Nothing goes wrong for the person, but the page complains to its console."""
    await person.open("/products/felt-slippers")
    for size in ("36", "38", "36"):
        async with person.provoking_console("warn", "size table is older than 180 days felt-slippers"):
            await person.select("Size", size)
        await person.read(1)
    await person.click("link", "All products", leads_to="/products")
    await person.read(1)


async def quick_visit(person: Person) -> None:
    """One page, one glance."""
    await person.open("/")
    await person.read(3)
    await person.scroll("down", 400)
    await person.read(1)


async def journal_reader(person: Person) -> None:
    """An article read to the end, then a product."""
    await person.open("/journal")
    for _ in range(3):
        await person.read(2)
        await person.scroll("down", 260)
    await person.click("link", "See the Storm Lantern", leads_to="/products/storm-lantern")
    await person.click("button", "Add to cart")
    await person.sees("Added ✓")
    await person.click("link", "Cart", leads_to="/cart")
    await person.click("button", "One Storm Lantern less")
    await person.read(1.5)


async def staff_check(person: Person) -> None:
    """Somebody of the shop looks whether the pages are there."""
    await person.open("/")
    for link, path in (("Products", "/products"), ("Journal", "/journal"), ("Contact", "/contact")):
        await person.click("link", link, leads_to=path)
    await person.read(1)


async def sale_hunt(person: Person) -> None:
    """Minutes in a long list that is drawn again at every touch: the largest recording."""
    await person.open("/sale")
    for round_ in range(9):
        await person.click("button", "Show table")
        await person.select("Sort pieces by", ("Price", "Name", "Fault")[round_ % 3])
        await person.read(3)
        await person.click("button", "Show pictures")
        await person.scroll("down", 1500)
        await person.read(4)
        await person.scroll("up", 1500)
        await person.click("button", "Under 30 euros")
        await person.read(4)
        await person.select("Sort pieces by", "Number")
        await person.click("button", "All pieces")
        await person.read(4)
    await person.click("button", "Show more pieces")
    await person.read(2)
