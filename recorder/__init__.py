"""Records the demo shop: scripted people, a real browser, real posthog-js.

`python -m recorder` makes all recordings of the sandbox again, `python -m recorder NAME` one of them.
It needs Chromium, npm and the extra `recorder`. What the shop is stands in `shop/`, who comes in
`_cast.py`, what they do in `sessions/`, and which sessions there are in `_programme.py`. A recording is
kept only when the browser and posthog-js both saw what its script did.
"""
