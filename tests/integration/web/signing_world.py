# SPDX-License-Identifier: Apache-2.0
"""A server with the registers of the examples, parties with keys, and clients that sign."""

import itertools
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.identity.model import Principal, Role
from nguon.parties.keys import service as party_keys
from nguon.parties.keys.model import PartyKey
from nguon.registry import service
from nguon.signing import jws
from nguon.signing.http import COVERED, HttpMessage, content_digest, sign_with
from nguon.signing.keys import Algorithm, PrivateKey, generate
from nguon.store import registry as rows
from nguon.transparency.hashing import leaf_hashes, root_of
from tests.integration.web.conftest import Server, settings_on, stop, up
from tests.integration.web.samples import CONTEXT, document

MASTER = Path(__file__).parents[3] / "examples" / "master"
COOPERATIVE, CHAIN, STRANGER = (
    "htx-nhan-tan-hung", "chuoi-nong-san-sen-viet", "cao-nguyen-xanh",
)  # fmt: skip
FRUIT = "01/09521101000016"
HOUSE, PLOT, WAREHOUSE = "414/9521101000016", "414/9521101002010", "414/9521105000012"
_numbers = itertools.count(1)
_ALG = {Algorithm.EDDSA: "ed25519", Algorithm.ES256: "ecdsa-p256-sha256"}


def manager(organisation: int) -> Principal:
    """A manager of an organisation."""
    role = Role.MANAGER
    return Principal(organisation, f"manager-{organisation}", role.kind, role.scopes, strict=True)


class Signer:
    """A key that is bound to an organisation, and what it signs."""

    def __init__(self, world: "World", code: str, key: PrivateKey, bound: PartyKey) -> None:
        self.world, self.code, self.key, self.bound = world, code, key, bound

    def http(
        self,
        path: str,
        body: bytes,
        *,
        headers: dict[str, str] | None = None,
        components: tuple[str, ...] = COVERED,
        digest: str | None = None,
        **parameters: Any,
    ) -> dict[str, str]:
        """The fields of a signed request."""
        sent = {
            "content-type": "application/ld+json",
            "content-digest": content_digest(body) if digest is None else digest,
            **(headers or {}),
        }
        base = httpx.URL(self.world.server.base_url)
        message = HttpMessage("POST", base.netloc.decode(), path, "", sent, base.scheme)
        told = {
            "created": int(time.time()),
            "keyid": self.bound.kid,
            "nonce": f"n-{next(_numbers)}",
            "alg": _ALG[self.key.algorithm],
            **parameters,
        }
        told = {name: value for name, value in told.items() if value is not None}
        return sent | sign_with(message, self.key, components, told)

    def jws(self, payload: bytes, typ: str = "nguon-capture+jws", **header: Any) -> dict[str, str]:
        """The field of a detached JWS."""
        told = {"typ": typ, "kid": self.bound.kid, "iat": int(time.time()), **header}
        token = jws.sign_detached(payload, self.key, told)
        return {"content-type": "application/ld+json", "nguon-signature": token}

    def batch(self, raws: list[bytes], count: int | None = None, **header: Any) -> dict[str, str]:
        """The field of a batch signature over events."""
        root = b64encode(root_of(leaf_hashes(raws))).decode()
        payload = f"nguon/batch@v1\n{count or len(raws)}\n{root}\n".encode()
        return self.jws(payload, "nguon-batch+jws", **header)


class World:
    """A running server, its organisations by code, their API keys."""

    def __init__(self, server: Server) -> None:
        self.server = server
        for register, name in (
            ("organisation", "to-chuc"),
            ("place", "dia-diem"),
            ("product", "san-pham"),
        ):
            assert service.import_csv(server.store, register, MASTER / f"{name}.csv").done
        with server.store.reading() as connection:
            codes = [COOPERATIVE, CHAIN, STRANGER, "ho-th-01"]
            self.numbers = rows.organisation_ids(connection, codes)
        self.secrets = {
            code: server.key(number, "capture", "read") for code, number in self.numbers.items()
        }

    def signer(
        self, code: str = COOPERATIVE, algorithm: Algorithm = Algorithm.EDDSA, **terms: Any
    ) -> Signer:
        """A new key of an organisation."""
        key = generate(algorithm)
        bound = party_keys.bind(
            self.server.store, self.numbers[code], key.public, name="test", by="test", **terms
        )
        return Signer(self, code, key, bound)

    def client(self, code: str | None = COOPERATIVE) -> httpx.Client:
        """A client with an organisation's API key, or without any."""
        if code is None:
            return self.server.client()
        return self.server.client(authorization=f"Bearer {self.secrets[code]}")

    def events(self) -> int:
        """How many events are recorded."""
        return self.server.events()


def event(number: int | None = None, **members: Any) -> dict[str, Any]:
    """A new lot of the cooperative comes into being at its packing house."""
    name = next(_numbers) if number is None else number
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        "eventTime": "2026-08-01T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "commissioning",
        "quantityList": [
            {"epcClass": f"https://id.gs1.org/{FRUIT}/10/L{name}", "quantity": 100, "uom": "KGM"}
        ],
        "readPoint": {"id": f"https://id.gs1.org/{HOUSE}"},
    } | members


def bare(**members: Any) -> bytes:
    """An event as a submission of its own."""
    return json.dumps({"@context": [CONTEXT]} | event(**members)).encode()


def batch_of(count: int, **members: Any) -> tuple[bytes, list[bytes]]:
    """A document, and the octets of each of its events."""
    events = [event(**members) for _ in range(count)]
    raws = [json.dumps(one).encode() for one in events]
    whole = json.dumps(document(*events)).encode()
    assert all(raw in whole for raw in raws)
    return whole, raws


@contextmanager
def opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[World]:
    """A world on the database of a fixture's parameter."""
    running = up(settings_on(request, folder))
    try:
        yield World(running[2])
    finally:
        stop(*running)
