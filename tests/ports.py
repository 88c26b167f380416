# SPDX-License-Identifier: Apache-2.0
"""Ports for servers that are started later: below those that the system gives to anybody."""

import os
import socket
from itertools import count

_FIRST, _MANY = 12_000, 20_000
_number = count(os.getpid() * 101)
"""Test runs beside this one begin elsewhere."""


def free_port() -> int:
    """A port that nothing listens on, and that no connection is given by chance meanwhile."""
    for _ in range(_MANY):
        port = _FIRST + next(_number) % _MANY
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise OSError
