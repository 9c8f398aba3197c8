"""People who meet something that does not work."""

from recorder._person import Person


async def rage_click(person: Person) -> None:
    """A filter button that does nothing makes somebody angry."""
    await person.open("/products")
    await person.read(1.5)
    await person.click("checkbox", "Only in stock")
    await person.click("button", "Apply filters")
    await person.read(1.5)
    await person.rage_click("button", "Apply filters", 6)
    await person.read(4)
    await person.scroll("down", 500)
    await person.scroll("up", 500)
    await person.click("link", "Journal", leads_to="/journal")
    await person.read(1.5)
