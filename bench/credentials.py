# SPDX-License-Identifier: Apache-2.0
"""Credentials issued and verified beside their bare signatures; processor time of one core.

A conformity credential of UNTP 0.7.0 with a place in a status list, which a verifier has at
hand: as JWT and with a proof in canonical JSON, by Ed25519 and P-256.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from bench.report import Row
from nguon.credentials import did, integrity, jwt
from nguon.credentials.heading import Heading
from nguon.credentials.model import check
from nguon.credentials.status import BitstringList, StatusList, status_entry
from nguon.credentials.untp.adapters import render
from nguon.credentials.untp.model import Assessment, Conformity, Kind, Named, Party, Product
from nguon.credentials.verifying import Standing, verify
from nguon.signing.keys import Algorithm, PrivateKey, generate

ROUNDS = 400
_ISSUER, _LIST = "did:web:lab.example", "https://lab.example/status/1"
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_STATUS = StatusList(
    id=_LIST,
    issuer=_ISSUER,
    purposes=frozenset({"revocation"}),
    bits=BitstringList(),
    valid_from=None,
    valid_until=None,
)
_PARTY = Party(id="did:web:farm.example", name="Cooperative")


def _rate(work: Callable[[], object], times: int = 5) -> float:
    """The best of a few runs, in calls a second."""
    best = float("inf")
    for _ in range(times):
        begin = time.process_time()
        for _ in range(ROUNDS):
            work()
        best = min(best, time.process_time() - begin)
    return ROUNDS / best


def _document() -> dict[str, Any]:
    heading = Heading(
        id="https://lab.example/c/1",
        issuer=_ISSUER,
        issuer_name="Laboratory",
        name="Pesticide residues",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2027, 1, 1, tzinfo=UTC),
        status=(status_entry(_LIST, 94_567),),
    )
    scheme = Named(id="https://vietgap.example", name="VietGAP")
    lot = Product(
        id="https://id.gs1.org/01/08938500001017/10/A1", name="Durian", scheme=scheme, batch="A1"
    )
    assessed = Assessment(
        id="https://lab.example/a/1",
        name="Residues",
        on=date(2026, 1, 5),
        criteria=(Named(id="https://lab.example/m/1", name="Cadmium"),),
        products=(lot,),
        conforms=True,
    )
    told = Conformity(
        id="https://lab.example/t/1",
        name="Test report",
        to=_PARTY,
        scheme=scheme,
        kind="testing",
        assessments=(assessed,),
    )
    found: dict[str, Any] = render(Kind.CONFORMITY, heading, told)
    return found


def _listed(url: str) -> StatusList | None:
    return _STATUS if url == _LIST else None


def rows() -> Iterator[Row]:
    """Issued and verified a second."""
    document = _document()
    for algorithm in Algorithm:
        yield from _of(generate(algorithm), document)


def _of(key: PrivateKey, document: dict[str, Any]) -> Iterator[Row]:
    resolve = did.resolver({_ISSUER: did.document(_ISSUER, [("k1", key.public)])}.get)
    method = f"{_ISSUER}#{key.public.multikey()}"
    message = msgspec.json.encode(document)
    signature = key.sign(message)
    signs = _rate(lambda: key.sign(message))
    checks = _rate(lambda: key.public.verify(message, signature))

    def issued() -> str:
        check(document)
        return jwt.issue(document, key, f"{_ISSUER}#k1")

    def proved() -> dict[str, Any]:
        check(document)
        return integrity.add_proof(document, key, method, _NOW)

    def verified(secured: str | bytes) -> None:
        assert verify(secured, resolve, _listed, _NOW).standing is Standing.GOOD

    token, proof = issued(), msgspec.json.encode(proved())
    name, size = str(key.algorithm), f"{len(message)} octets of JSON"
    for what, work, floor, floor_is in (
        ("JWT issued", issued, signs, "signature"),
        ("JWT verified", lambda: verified(token), checks, "verification"),
        ("JCS proof made", proved, signs, "signature"),
        ("JCS proof verified", lambda: verified(proof), checks, "verification"),
    ):
        yield Row(f"credential, {what}, {name}", _rate(work), "/s", floor, floor_is, size)
