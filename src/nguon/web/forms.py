# SPDX-License-Identifier: Apache-2.0
"""Forms as they come: bounded, from one of our own pages, text as people mean it (NFC, trimmed)."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from multipart import MultipartError, MultipartParser, parse_options_header

from nguon.web import forgery
from nguon.web.auth import credential_of
from nguon.web.bodies import whole
from nguon.web.errors import BodyTooLargeError, MediaTypeError, RequestError
from nguon.web.languages import header

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_MEBIBYTE = 1024 * 1024
MOST_OCTETS = 16 * _MEBIBYTE
_MOST_FIELDS = 20_000
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: its name as the sender's machine calls it, and its octets."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, by name."""

    texts: Mapping[str, Sequence[str]]
    files: Mapping[str, Upload]

    def text(self, name: str) -> str:
        """A field; empty where it was not sent."""
        return next(iter(self.all(name)), "")

    def number(self, name: str) -> int:
        """A field with a register's number; 0, which is nobody's, for anything else."""
        return whole_number(self.text(name))

    def all(self, name: str) -> list[str]:
        """A field that may come several times, as choices and rows do."""
        return list(self.texts.get(name, ()))

    def file(self, name: str) -> Upload | None:
        """A file, if one was chosen."""
        return self.files.get(name)

    def names(self) -> list[str]:
        """The names of all fields, in the order in which they came."""
        return list(self.texts)


def whole_number(text: str) -> int:
    """A register's number as a form has it; 0, which is nobody's, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 0


async def submitted(request: Request[Any, Any, Any], *, most: int = MOST_OCTETS) -> Form:
    """The form that one of our pages sent.

    Raises:
        BodyTooLargeError: more than ``most`` octets.
        MediaTypeError: the body is no form.
        RequestError: a broken form, or one with too many fields.
        ForbiddenError: it came from elsewhere: other origin, no token or a wrong one.
    """
    form = await read(request, most=most)
    found = credential_of(request.scope)
    if found is not None and found.ambient:
        forgery.check_token(found.secret, form.text(forgery.FIELD))
    return form


async def read(request: Request[Any, Any, Any], *, most: int = MOST_OCTETS) -> Form:
    """A form as it came, whoever sent it; raises as `submitted` does, except for the token."""
    media_type, options = parse_options_header(header(request.scope, b"content-type") or "")
    if media_type not in {URLENCODED, MULTIPART}:
        raise MediaTypeError(
            "work.form-media", headers={"accept-post": f"{URLENCODED}, {MULTIPART}"}
        )
    try:
        body = await whole(request.scope, request.receive, most)
    except BodyTooLargeError:
        raise BodyTooLargeError("work.form-too-large", megabytes=most // _MEBIBYTE or 1) from None
    try:
        pairs = list(_pairs(body) if media_type == URLENCODED else _parts(body, options))
    except (ValueError, MultipartError) as error:
        raise RequestError("work.form-broken") from error
    return _form(pairs)


def _form(pairs: Sequence[tuple[str, str | Upload]]) -> Form:
    texts: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for name, value in pairs:
        if isinstance(value, Upload):
            files.setdefault(name, value)
        else:
            texts.setdefault(name, []).append(_clean(value))
    return Form(texts, files)


def _pairs(body: bytes) -> Iterator[tuple[str, str]]:
    yield from parse_qsl(
        body.decode("ascii"),
        keep_blank_values=True,
        errors="strict",
        max_num_fields=_MOST_FIELDS,
    )


def _parts(body: bytes, options: Mapping[str, str]) -> Iterator[tuple[str, str | Upload]]:
    size = max(len(body), 1)
    parser = MultipartParser(
        BytesIO(body),
        options.get("boundary", ""),
        content_length=len(body),
        memory_limit=size,
        spool_limit=size,
        part_limit=_MOST_FIELDS,
    )
    for part in parser.parts():
        if part.filename is None:
            yield part.name, part.raw.decode("utf-8")
        elif part.filename:
            yield part.name, Upload(_clean(part.filename), part.raw)


def _clean(value: str) -> str:
    """No database holds a NUL; a browser's line ends become ours."""
    plain = unicodedata.normalize("NFC", value.replace("\0", "").replace("\r\n", "\n"))
    return plain.strip()
