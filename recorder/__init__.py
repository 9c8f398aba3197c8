"""Records the demo shop: scripted people, a real browser, real posthog-js.

`python -m recorder` makes all recordings of the sandbox again, `python -m recorder NAME` one of them.
It needs Chromium, npm and the extra `recorder`. `shop/` has the shop, `_cast.py` the people,
`sessions/` what they do, and `_programme.py` the list of sessions. A recording is saved only if the browser
and posthog-js both saw what its script did.
"""
