# SPDX-License-Identifier: Apache-2.0
"""Where passwords are hashed: two at once, so that signing in leaves the machine to the others."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from nguon.identity.errors import TooManyAttemptsError

AT_ONCE = 2
"""Each takes 64 MiB and some 0.1 s of a core."""
WAITING = 64

_P = ParamSpec("_P")
_T = TypeVar("_T")
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
_under_way = 0


async def slowly(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Runs what hashes a password; raises `TooManyAttemptsError` when too many wait."""
    global _under_way  # noqa: PLW0603 - one count a process, touched on the event loop only
    if _under_way >= WAITING:
        raise TooManyAttemptsError("accounts.busy")
    _under_way += 1
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_threads, lambda: function(*args, **kwargs))
    finally:
        _under_way -= 1
