"""The scripted people and their devices."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """A person; without a `customer` id they are not signed in and stay anonymous.

    `joined` is when PostHog first saw them (ISO 8601); None: in this very session.
    """

    name: str
    customer: str | None = None
    email: str | None = None
    plan: str | None = None
    country_code: str
    country: str
    city: str
    locale: str
    timezone: str
    joined: str | None = None

    @property
    def uuid(self) -> UUID:
        """The id of the person, the same in every recording."""
        return uuid5(NAMESPACE_URL, f"http://shop.example/people/{self.customer or self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser on a machine: sizes in CSS pixels."""

    user_agent: str
    width: int
    height: int
    touch: bool = False
    scale: float = 1


_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
WINDOWS_CHROME = Device(
    user_agent=f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME}", width=1366, height=768
)
WINDOWS_EDGE = Device(
    user_agent=f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Edg/140.0.0.0", width=1536, height=864
)
MAC_CHROME = Device(
    user_agent=f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_CHROME}", width=1440, height=900
)
MAC_SAFARI = Device(
    user_agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Safari/605.1.15",
    width=1280,
    height=800,
)
LINUX_FIREFOX = Device(
    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    width=1280,
    height=720,
)
IPHONE = Device(
    user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    width=390,
    height=664,
    touch=True,
    scale=3,
)
ANDROID_PHONE = Device(
    user_agent="Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36",
    width=412,
    height=839,
    touch=True,
    scale=2.625,
)

JANE = Shopper(
    name="Jane Miller", customer="customer-1001", email="jane.miller@example.com", plan="plus",
    country_code="DE", country="Germany", city="Hamburg", locale="en-GB", timezone="Europe/Berlin",
    joined="2025-02-11T08:14:09Z",
)  # fmt: skip
TOMAS = Shopper(
    name="Tomáš Novák", customer="customer-1040", email="tomas.novak@example.com", plan="free",
    country_code="CZ", country="Czechia", city="Brno", locale="cs-CZ", timezone="Europe/Prague",
    joined="2025-04-02T17:40:55Z",
)  # fmt: skip
AMELIE = Shopper(
    name="Amélie Laurent", customer="customer-1107", email="amelie.laurent@example.com", plan="plus",
    country_code="FR", country="France", city="Lyon", locale="fr-FR", timezone="Europe/Paris",
    joined="2025-01-19T10:02:31Z",
)  # fmt: skip
PIOTR = Shopper(
    name="Piotr Zieliński", customer="customer-1152", email="piotr.zielinski@example.com", plan="free",
    country_code="PL", country="Poland", city="Gdańsk", locale="pl-PL", timezone="Europe/Warsaw",
    joined="2025-06-27T06:51:12Z",
)  # fmt: skip
LUCIA = Shopper(
    name="Lucía Ortega", customer="customer-1203", email="lucia.ortega@example.com", plan="free",
    country_code="ES", country="Spain", city="Valencia", locale="es-ES", timezone="Europe/Madrid",
    joined="2025-05-08T19:25:40Z",
)  # fmt: skip
OWEN = Shopper(
    name="Owen Hughes", customer="customer-1266", email="owen.hughes@example.com", plan="trade",
    country_code="GB", country="United Kingdom", city="Cardiff", locale="en-GB", timezone="Europe/London",
    joined="2024-11-30T12:33:03Z",
)  # fmt: skip
GRACE = Shopper(
    name="Grace Park", customer="customer-1310", email="grace.park@example.com", plan="plus",
    country_code="US", country="United States", city="Portland", locale="en-US",
    timezone="America/Los_Angeles", joined="2025-03-21T23:11:48Z",
)  # fmt: skip
RAVI = Shopper(
    name="Ravi Menon", customer="customer-1377", email="ravi.menon@example.com", plan="trade",
    country_code="IN", country="India", city="Kochi", locale="en-IN", timezone="Asia/Kolkata",
    joined="2025-07-02T04:09:17Z",
)  # fmt: skip
STAFF = Shopper(
    name="Quality Check", customer="staff-7", email="quality@shop.example", plan="staff",
    country_code="DE", country="Germany", city="Berlin", locale="en-GB", timezone="Europe/Berlin",
    joined="2024-10-01T09:00:00Z",
)  # fmt: skip
NEWCOMER = Shopper(
    name="Nora Lindqvist", email="nora.lindqvist@example.com", plan="free",
    country_code="SE", country="Sweden", city="Malmö", locale="sv-SE", timezone="Europe/Stockholm",
)  # fmt: skip
STRANGER = Shopper(
    name="Stranger", country_code="AT", country="Austria", city="Graz", locale="de-AT",
    timezone="Europe/Vienna",
)  # fmt: skip
PASSER_BY = Shopper(
    name="Passer-by", country_code="BR", country="Brazil", city="Recife", locale="pt-BR",
    timezone="America/Recife",
)  # fmt: skip
WANDERER = Shopper(
    name="Wanderer",
    country_code="NL",
    country="Netherlands",
    city="Utrecht",
    locale="nl-NL",
    timezone="Europe/Amsterdam",
)
