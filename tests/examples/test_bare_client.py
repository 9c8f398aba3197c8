"""The example without MCP. Those with an agent framework are run by `make clients`."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"

TOLD = """\
01a208b9-23ff-7c21-8736-c7938c14cacc, the newest of 1:
00:00 page shop.example/cart — titled "Cart · Lantern Goods"
00:05 click link "Proceed to checkout" [checkout]
00:05 page /checkout — titled "Checkout · Lantern Goods"
00:08 click textbox "E-mail" [email]
00:10 click textbox "Full name" [full-name]
00:13 click textbox "Street and number" [street]
00:14 click textbox "City" [city]
00:16 click textbox "Postcode" [postcode]
00:20 click textbox "Card number" [card]
00:22 click textbox "Expiry date" [expiry]
00:23 click password field "Security code" [cvc]
00:25 click checkbox "I accept the terms" [terms]
00:26 click button "Pay now" [pay]
00:27 network_error POST /api/payments — status 402 after 907 ms
00:30 click button "Pay now" [pay]
00:31 network_error POST /api/payments — status 402 after 928 ms
00:36 click link "Contact"
00:37 page /contact — titled "Contact · Lantern Goods"
Blocked on a checkout page: 2 clicks on a payment button at 00:26 and 00:30, followed by a failed request (status 402); the person left the page at 00:37.
Worth a look at 00:26: 2 clicks on a payment button, followed by a failed request (status 402)
Coverage: 254 events, 1 window, 3 full snapshots, 2 console lines, 24 requests, 0 analytics events. 9 masked inputs.
"""


def test_the_client_and_the_replay_engine_tell_without_mcp_why_a_payment_failed() -> None:
    finished = subprocess.run(  # noqa: S603 - the program is the example
        [sys.executable, EXAMPLES / "bare_client.py"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        env={"PYTHONIOENCODING": "utf-8"},
    )

    assert (finished.stdout, finished.stderr, finished.returncode) == (TOLD, "", 0)
