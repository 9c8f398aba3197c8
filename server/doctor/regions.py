"""PostHog's own addresses, by what they are called."""

REGIONS = {"https://us.posthog.com": "PostHog Cloud US", "https://eu.posthog.com": "PostHog Cloud EU"}


def name_region(host: str) -> str:
    """What a host is called, for people."""
    return REGIONS.get(host, "self-hosted")
