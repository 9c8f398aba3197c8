"""What the process logs, and where: to stderr, since stdout belongs to the protocol."""

import logging


def log_to_stderr() -> None:
    """Log warnings; called before the SDK sets up logging, with which HTTP libraries log whole addresses."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for library in ("httpx", "httpcore", "httpx2", "httpcore2"):
        logging.getLogger(library).setLevel(logging.WARNING)
