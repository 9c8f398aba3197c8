"""Generates what is published from the code: the bundle for desktop hosts, and parts of README and docs."""

from publishing._bundle import lay_out_bundle, manifest
from publishing._host import start_of, tools_of
from publishing._pages import PARTS, pages, refresh_pages, refreshed

__all__ = [
    "PARTS",
    "lay_out_bundle",
    "manifest",
    "pages",
    "refresh_pages",
    "refreshed",
    "start_of",
    "tools_of",
]
