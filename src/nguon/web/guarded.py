# SPDX-License-Identifier: Apache-2.0
"""Lanes may raise: their errors are answered like the framework's."""

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from nguon.web.problems import answer


async def respond(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    """One whole answer of a lane."""
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def guarded(lane: ASGIApp) -> ASGIApp:
    """A lane whose errors become problems, unless it had begun to answer."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watching(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await lane(scope, receive, watching)
        except Exception as error:
            status, headers, body = answer(scope, error)
            if begun:
                raise
            await respond(send, status, headers, body)

    return wrapped
