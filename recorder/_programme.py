"""Which sessions there are, the slowest first so that all of them end together."""

from recorder import _cast as cast
from recorder._session import Session
from recorder.sessions import friction, paying

SESSIONS = (
    Session(
        name="bought",
        fate="A returning customer buys a lantern and a blanket.",
        shopper=cast.JANE,
        device=cast.MAC_CHROME,
        script=paying.bought,
    ),
    Session(
        name="card_declined",
        fate="The card is declined twice, and the customer leaves without the order.",
        shopper=cast.TOMAS,
        device=cast.WINDOWS_CHROME,
        script=paying.card_declined,
        cart=("reading-lamp", "stoneware-mug"),
    ),
    Session(
        name="exception_on_submit",
        fate="Paying for a pick-up runs into a bug of the page, twice.",
        shopper=cast.AMELIE,
        device=cast.MAC_SAFARI,
        script=paying.exception_on_submit,
        cart=("tea-sampler",),
    ),
    Session(
        name="rage_click",
        fate="A filter button does nothing and is clicked in anger.",
        shopper=cast.STRANGER,
        device=cast.LINUX_FIREFOX,
        script=friction.rage_click,
    ),
)
