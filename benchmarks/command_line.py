"""The command line of benchmarks that take names, or nothing."""

import argparse


def named(about: str, what: str = "", which: str = "") -> list[str]:
    """Return the names that were given; end with the help or with what is wrong.

    Args:
        about: What is measured.
        what: What a name is of, in capitals; nothing for a benchmark that takes none.
        which: What a name does.
    """
    parser = argparse.ArgumentParser(description=about)
    if what:
        parser.add_argument("names", nargs="*", metavar=what, help=which)
    given: list[str] = getattr(parser.parse_args(), "names", [])
    return given
