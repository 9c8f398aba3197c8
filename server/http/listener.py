"""The socket that a web server of ours takes its connections from."""

import socket


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on an address; what is sent over its connections leaves at once.

    Raises:
        OSError: It cannot be listened on.
        OverflowError: There is no such port.
    """
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    # Head and body of an answer leave apart. The body would wait until the head's arrival is acknowledged,
    # which clients put off for 40 ms. asyncio sees to it for its own listeners only; connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
