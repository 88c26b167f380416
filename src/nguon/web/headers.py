# SPDX-License-Identifier: Apache-2.0
"""Headers of every answer: what a browser may do with it, and what may be kept."""

from litestar.types import ASGIApp, Message, Receive, Scope, Send

SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        (
            b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
            b"form-action 'self'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)

_EVERYWHERE = (*SECURITY, (b"cache-control", b"no-store"))


def secured(app: ASGIApp) -> ASGIApp:
    """Adds the security headers and ``no-store`` to every answer that does not set its own."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                present = {name for name, _ in headers}
                headers += [pair for pair in _EVERYWHERE if pair[0] not in present]
                message["headers"] = headers
            await send(message)

        await app(scope, receive, send_secured)

    return wrapped
