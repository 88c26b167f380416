# SPDX-License-Identifier: Apache-2.0
"""The log's files under ``/log``: checkpoints, tiles, lists, anchors; our policy and our keys.

``/log/<shard>/…`` is answered from the shard's folder alone, without the database; what is
none of these addresses goes on to the framework's pages.
"""

import asyncio
import re
from typing import Any

from litestar.types import ASGIApp, Receive, Send

from nguon.archive.served import TEXT, Answer, Remembered, refused, whole
from nguon.archive.serving import found, give, sent_path
from nguon.tlog.service import Tlog
from nguon.transparency.policies import write_policy
from nguon.web.services import services

SEGMENT = "log"
_SHARD = re.compile(r"/log/([1-9][0-9]{0,8})(?:/(.*))?", re.DOTALL)
_ANEW = (b"cache-control", b"no-cache")
_MEMORY = 64 << 20
"""Octets of tiles and bundles kept in memory, of all shards."""


def lane(framework: ASGIApp, memory: int = _MEMORY) -> ASGIApp:
    """What answers below ``/log``."""
    remembered = Remembered(memory)

    async def chosen(scope: Any, receive: Receive, send: Send) -> None:
        path = sent_path(scope)
        shard = _SHARD.fullmatch(path)
        if shard is not None:
            folder = services(scope).tlog.files.folder / shard[1]
            made = await found(scope, folder, shard[2] or "", remembered)
        elif path in _TEXTS:
            made = await asyncio.to_thread(_text, scope, _TEXTS[path])
        else:
            await framework(scope, receive, send)
            return
        await give(scope, send, made)

    return chosen


def policy_text(tlog: Tlog) -> bytes:
    """Whom we trust (C2SP tlog-policy): our own keys, our witnesses, how many are enough.

    Raises `LogError` or `PolicyError` for a file that cannot be read.
    """
    policy = tlog.policy()
    return b"" if policy is None else write_policy(policy)


def keys_text(tlog: Tlog) -> bytes:
    """The keys that sign our checkpoints, one a line, oldest shard first; at the end that of the
    shard to come, where it is there.
    """
    return "".join(f"{key}\n" for key in tlog.all_keys()).encode()


_TEXTS = {"/log/policy": policy_text, "/log/keys": keys_text}


def _text(scope: Any, made: Any) -> Answer:
    if scope["method"] not in {"GET", "HEAD"}:
        return refused(405, b"GET and HEAD only\n", (b"allow", b"GET, HEAD"))
    octets: bytes = made(services(scope).tlog)
    if not octets:
        return refused(404, b"not here yet\n")
    return whole(octets, TEXT, _ANEW)
