"""The listening socket of a server over HTTP."""

import socket
from contextlib import closing

from recordings_mcp.server.http.web_server import open_listener


def test_small_packets_are_sent_without_delay() -> None:
    with closing(open_listener("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
        with closing(connection):
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
