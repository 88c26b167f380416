# SPDX-License-Identifier: Apache-2.0
"""What of an HTTP message a signature covers: its components and their values (RFC 9421, 2).

Derived components of requests and responses, and fields as they stand. Parameters of
components (``;sf``, ``;bs``, ``;key``, ``;req``, ``;tr``, ``;name``) are refused.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from nguon.signing.errors import SigningError

_FOLD = re.compile(r"[ \t]*\r\n[ \t]+")
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


class HttpMessage(msgspec.Struct, frozen=True):
    """A request (or, with a ``status``, a response) as it was sent.

    ``path`` is the absolute path as it stands in the request's target, percent-encoded;
    ``query`` what follows the question mark; names in ``headers`` are lower case, several
    lines of one name joined by ``", "`` in their order.
    """

    method: str
    authority: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    scheme: str = "https"
    status: int | None = None


def component(message: HttpMessage, name: str) -> str:
    """The value of a component; raises `SigningError` for one that is absent or unknown."""
    if name[:1] == "@":
        read = _DERIVED.get(name)
        if read is None:
            raise SigningError("signing.component-unsupported", component=name[:80])
        value = read(message)
    else:
        value = _field(message, name)
    if not (value.isascii() and (value.isprintable() or value.replace("\t", " ").isprintable())):
        raise SigningError("signing.component-value", component=name)
    return value


def _field(message: HttpMessage, name: str) -> str:
    value = message.headers.get(name)
    if value is None:
        raise SigningError("signing.component-absent", component=name[:80])
    value = value.strip(" \t")
    return _FOLD.sub(" ", value) if "\n" in value else value


def _authority(message: HttpMessage) -> str:
    authority = message.authority.lower()
    return authority.removesuffix(_DEFAULT_PORTS.get(message.scheme.lower(), ""))


def _target(message: HttpMessage) -> str:
    query = f"?{message.query}" if message.query else ""
    return (message.path or "/") + query


def _status(message: HttpMessage) -> str:
    if message.status is None:
        raise SigningError("signing.component-absent", component="@status")
    return str(message.status)


_Reader: TypeAlias = Callable[[HttpMessage], str]
_DERIVED: dict[str, _Reader] = {
    "@method": lambda message: message.method,
    "@authority": _authority,
    "@scheme": lambda message: message.scheme.lower(),
    "@path": lambda message: message.path or "/",
    "@query": lambda message: f"?{message.query}",
    "@request-target": _target,
    "@target-uri": lambda message: (
        f"{message.scheme.lower()}://{_authority(message)}{_target(message)}"
    ),
    "@status": _status,
}
