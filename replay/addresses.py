"""Addresses, short enough to read."""

from urllib.parse import urlsplit

from recordings_mcp.replay.words import URL_LENGTH, one_line


def host_of(url: str) -> str | None:
    """Give the host and port of an address, or None if it has none, as a screen's name has not."""
    try:
        return urlsplit(url[:2048]).netloc.rpartition("@")[2] or None
    except ValueError:
        return None


def short_address(url: str, home: str | None) -> str:
    """Give an address without its scheme, and without its host if that is `home`."""
    try:
        parts = urlsplit(url[:4096])
    except ValueError:
        return one_line(url, URL_LENGTH)
    if not parts.netloc:
        return one_line(url, URL_LENGTH)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return one_line(f"{'' if host == home else host}{path}{query}{fragment}", URL_LENGTH)
