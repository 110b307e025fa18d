"""Ports on 127.0.0.1, the only address that anything here listens on."""

import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Return *count* different ports that nobody listens on now; another process may take one first."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


def listens(port: int) -> bool:
    """Tell whether somebody listens on *port*."""
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
