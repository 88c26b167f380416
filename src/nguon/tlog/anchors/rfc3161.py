# SPDX-License-Identifier: Apache-2.0
"""The anchor that asks a timestamp authority (RFC 3161 over HTTP)."""

import time
from contextlib import closing
from pathlib import Path

import httpx
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from nguon.tlog.anchors.certificates import read_certificates
from nguon.tlog.anchors.errors import AnchorError, UnreachableError
from nguon.tlog.anchors.model import Anchored, Token, stated
from nguon.tlog.anchors.timestamps import TOKEN_LIMIT, check_answer

NAME = "rfc3161"
_ASKS = "application/timestamp-query"
_CLOCK = 300
"""Seconds that the authority's clock and ours may differ."""


class Rfc3161:
    """Timestamps of one authority, believed under the certificates in the operator's file.

    The file is read whenever one is checked, so that it may be changed meanwhile; every
    method raises `AnchorError` (``anchors.certificates``) where it cannot be.
    """

    name = NAME

    def __init__(self, url: str, certificates: Path, seconds: float = 15) -> None:
        self.url = url
        self._path = certificates
        self._seconds = seconds

    def stamp(self, checkpoint_note: bytes) -> Token:
        """A timestamp of the SHA-256 of the checkpoint's text, checked with its nonce.

        Raises `UnreachableError` (``anchors.unreachable``, ``.slow``, ``.answer``) and what
        `nguon.tlog.anchors.timestamps.check_answer` raises; ``anchors.clock`` where the time
        is not ours.
        """
        told, trusted = stated(checkpoint_note), read_certificates(self._path)
        builder = TimestampRequestBuilder().data(told.text).hash_algorithm(HashAlgorithm.SHA256)
        request = builder.build()
        octets = self._asked(request.as_bytes())
        found = check_answer(octets, told.digest, trusted, request.nonce)
        if abs(found.time - time.time()) > _CLOCK:
            raise AnchorError("anchors.clock", seconds=int(found.time - time.time()))
        return Token(NAME, octets)

    def check(self, token: Token, checkpoint_note: bytes) -> Anchored:
        """When the checkpoint was there; raises `AnchorError`."""
        told, trusted = stated(checkpoint_note), read_certificates(self._path)
        return check_answer(token.octets, told.digest, trusted)

    def _asked(self, query: bytes) -> bytes:
        until = time.monotonic() + self._seconds
        client = httpx.Client(timeout=self._seconds, follow_redirects=False)
        try:
            with (
                closing(client),
                client.stream(
                    "POST", self.url, content=query, headers={"content-type": _ASKS}
                ) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise UnreachableError("anchors.answer", status=answer.status_code)
                return self._whole(answer, until)
        except httpx.TimeoutException as error:
            raise UnreachableError("anchors.slow", seconds=self._seconds) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError("anchors.unreachable", reason=type(error).__name__) from error

    def _whole(self, answer: httpx.Response, until: float) -> bytes:
        """The body, unless it is too long or drips in too slowly."""
        found = bytearray()
        for part in answer.iter_raw():
            found += part
            if len(found) > TOKEN_LIMIT:
                raise AnchorError("anchors.form", reason=f"> {TOKEN_LIMIT}")
            if time.monotonic() > until:
                raise UnreachableError("anchors.slow", seconds=self._seconds)
        return bytes(found)
