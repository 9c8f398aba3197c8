"""Records the demo shop: scripted people, a real browser, real posthog-js."""
