"""Makes what is published from the code: the bundle for desktop hosts, and the pages that quote the code."""

from publishing._bundle import lay_out_bundle, manifest

__all__ = ["lay_out_bundle", "manifest"]
