# SPDX-License-Identifier: Apache-2.0
"""Signatures beside the library's bare verification: one signed event, a token, a statement.

A signed event is a request of 800 octets: its fields read, what must be covered required, its
times and digest checked, its base written, the signature verified. Processor time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.signing import VerifyKey

from bench.report import Row
from nguon.signing import jws
from nguon.signing.cms import read_statement
from nguon.signing.holders import holder_of_pkcs12
from nguon.signing.http import (
    HttpMessage,
    check_content_digest,
    check_times,
    content_digest,
    read_signature,
    require,
    sign,
)
from nguon.signing.keys import Algorithm, PrivateKey, generate
from nguon.signing.stating import state_cms
from tests.pki_made import PASSWORD, made

NOW = 1_793_000_000
MANY, FEW = 3000, 300
_ES256 = ec.ECDSA(SHA256())


def rows() -> Iterator[Row]:
    """Rates of one core."""
    body = b"{" + b" " * 798 + b"}"
    for algorithm in Algorithm:
        yield from _of(algorithm, body)
    yield _statements(body)


def _of(algorithm: Algorithm, body: bytes) -> Iterator[Row]:
    key = generate(algorithm)
    found = read_signature(_signed(key, body, 0))
    bare = _rate(_bare(key, found.base, found.signature), MANY)
    floor = f"the library verifies {algorithm} alone"
    messages = [_signed(key, body, number) for number in range(MANY)]
    taken = _each(lambda one: _taken(one, key, body), messages)
    yield Row(f"signed event, {algorithm}: verified", taken, "/s", bare, floor)
    token = jws.sign(body, key, {"kid": key.public.thumbprint})
    read = _rate(lambda: jws.read(token).verify(key.public), MANY)
    yield Row(f"JWS, {algorithm}: read and verified", read, "/s", bare, floor)
    yield Row(f"{algorithm}: signed", _rate(lambda: key.sign(body), MANY), "/s", bare, floor)


def _statements(body: bytes) -> Row:
    stated = state_cms(body, holder_of_pkcs12(made().good.p12(), PASSWORD), datetime.now(UTC))
    key = generate(Algorithm.ES256)
    bare = _rate(_bare(key, body, key.sign(body)), FEW)
    read = _rate(lambda: read_statement(stated), FEW)
    return Row("statement (CMS): read and verified", read, "/s", bare, "ES256 alone")


def _signed(key: PrivateKey, body: bytes, number: int) -> HttpMessage:
    headers = {"content-type": "application/ld+json", "content-digest": content_digest(body)}
    message = HttpMessage("POST", "nguon.example", "/epcis/events", "", headers)
    told = sign(message, key, keyid=key.public.thumbprint, created=NOW, nonce=f"n-{number}")
    return HttpMessage("POST", "nguon.example", "/epcis/events", "", {**headers, **told})


def _taken(message: HttpMessage, key: PrivateKey, body: bytes) -> None:
    found = read_signature(message)
    require(found)
    check_times(found, NOW)
    check_content_digest(message.headers["content-digest"], sha256(body).digest())
    found.verify(key.public)


def _bare(key: PrivateKey, message: bytes, signature: bytes) -> Callable[[], object]:
    if key.algorithm is Algorithm.EDDSA:
        own = VerifyKey(key.public.raw)
        return lambda: own.verify(message, signature)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public.raw)
    halves = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    return lambda: point.verify(encode_dss_signature(*halves), message, _ES256)


def _rate(work: Callable[[], object], times: int) -> float:
    return _each(lambda _: work(), range(times))


def _each(work: Callable[[Any], object], all_of: Sequence[Any]) -> float:
    """The best of a few runs."""
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        for one in all_of:
            work(one)
        best = min(best, time.process_time() - begin)
    return len(all_of) / best
