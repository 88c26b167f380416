# SPDX-License-Identifier: Apache-2.0
"""What a signature costs a capture: the same documents signed in each form, and not signed.

In one process, in processor time, from the verified request to the committed records; all
sides take turns, and are compared turn by turn; medians. The path of verification alone is
what one signed event needs: header fields read, base made, key found, signature verified,
digest and times compared.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median

from bench.goods import document
from bench.report import Row
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.capture.signed import Presented, of_header, of_request, over_body
from nguon.capture.writing import Origin
from nguon.codes import licences
from nguon.codes.model import LicenceAsked, LicenceKind
from nguon.epcis.codec import split_document
from nguon.identity.model import Principal, Role, Scope
from nguon.identity.visibility import KeyKind
from nguon.parties.keys import service as keys
from nguon.registry.model import OrganisationKind
from nguon.registry.service import attach, ensure_organisation
from nguon.signing import jws
from nguon.signing.http import HttpMessage, content_digest, sign
from nguon.signing.keys import Algorithm, PrivateKey, generate
from nguon.store import Store, open_store
from nguon.transparency.hashing import leaf_hashes, root_of

SIZE, DOCUMENTS, TURNS = 100, 4, 16
_SINGLES, _ROUNDS = 400, 5
_LIMITS = Limits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)
_FORMS = ("http", "jws", "batch")


class Signer:
    """An organisation with a licence of what it names, and its key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        attach(store)
        self.organisation = ensure_organisation(
            store, "bench", OrganisationKind.COOPERATIVE, "Bench"
        )
        role = Role.OPERATOR
        operator = Principal(0, "bench", KeyKind.OPERATOR, role.scopes, strict=False)
        asked = LicenceAsked(
            kind=LicenceKind.PREFIX, value="952100", valid_from=date(2024, 1, 1), source="bench"
        )
        licences.declare(store, operator, asked, organisation=self.organisation)
        self.key: PrivateKey = generate(Algorithm.EDDSA)
        bound = keys.bind(store, self.organisation, self.key.public, name="bench", by="bench")
        self.kid = bound.kid
        self._count = 0

    def message(self, data: bytes) -> HttpMessage:
        """A signed request."""
        self._count += 1
        fields = {"content-type": "application/json", "content-digest": content_digest(data)}
        bare = HttpMessage("POST", "bench.example", "/epcis/capture", "", fields)
        made = sign(
            bare, self.key, keyid=self.kid, created=int(time.time()), nonce=f"n{self._count}"
        )
        return HttpMessage("POST", "bench.example", "/epcis/capture", "", fields | made)

    def presented(self, form: str, data: bytes) -> Callable[[], Presented]:
        """What is read, and verified as far as it can be, when the document comes."""
        now = datetime.now(UTC)
        if form == "http":
            message = self.message(data)
            return lambda: of_request(self._store, message, now)
        header = {"typ": f"nguon-{'capture' if form == 'jws' else form}+jws", "kid": self.kid}
        payload = data if form == "jws" else _batch(data)
        token = jws.sign_detached(payload, self.key, header | {"iat": int(now.timestamp())})
        return lambda: of_header(token, now)


def _batch(data: bytes) -> bytes:
    hashes = leaf_hashes(split_document(data)[1])
    root = b64encode(root_of(hashes)).decode()
    return f"nguon/batch@v1\n{len(hashes)}\n{root}\n".encode()


class Side:
    """A store that captures in one form."""

    def __init__(self, url: str, folder: Path, form: str | None) -> None:
        self._store = open_store(url)
        self._capture = CaptureService(self._store, folder / "spool", _LIMITS, 0)
        self.form = form
        self._signer = Signer(self._store)
        scopes = frozenset({Scope.CAPTURE})
        self._who = Principal(
            self._signer.organisation, "bench", KeyKind.MEMBER, scopes, strict=False
        )
        self.spent: list[float] = []

    def run(self, documents: list[bytes]) -> None:
        """Capture documents that were signed before."""
        sent = [
            (one, None if self.form is None else self._signer.presented(self.form, one))
            for one in documents
        ]
        begun = time.process_time()
        for data, arriving in sent:
            presented = None if arriving is None else arriving()
            job = self._capture.document(data, Origin(self._who, presented=presented))
            assert job.success, job.errors
        self.spent.append((time.process_time() - begun) / (SIZE * len(documents)))

    def close(self) -> None:
        """Let go of the store."""
        self._capture.close()
        self._store.close()


def rows(name: str, fresh_url: Iterator[str], folder: Path) -> Iterator[Row]:
    """Captured events a second of processor time, signed in each form, beside the unsigned."""
    sides = [
        Side(next(fresh_url), folder / f"signed-{name}-{form}", form) for form in (None, *_FORMS)
    ]
    for turn in range(-1, TURNS):
        for side in sides if turn % 2 else sides[::-1]:
            side.run([document(SIZE) for _ in range(DOCUMENTS)])
    bare = sides[0].spent[1:]
    floor = 1 / median(bare)
    for side in sides[1:]:
        what = f"{name}: capture of {SIZE}-event documents, signed ({side.form})"
        share = median(
            without / signed for without, signed in zip(bare, side.spent[1:], strict=True)
        )
        yield Row(what, share * floor, "events/s", floor, "the same without a signature")
    for side in sides:
        side.close()


def verifying(name: str, url: str) -> Iterator[Row]:
    """One signed event, from its header fields to the verdict; the floor is Ed25519 alone."""
    with open_store(url) as store:
        signer = Signer(store)
        body = document(1)
        content = sha256(body).digest()
        messages = [signer.message(body) for _ in range(_SINGLES)]
        now = datetime.now(UTC)

        def verify() -> None:
            for one in messages:
                over_body(store, of_request(store, one, now), content, None)

        found = of_request(store, messages[0], now).message
        assert found is not None

        def alone() -> None:
            for _ in messages:
                assert signer.key.public.verify(found.base, found.signature)

        floor = _rate(alone)
        kind = "Ed25519 alone"
        yield Row(f"{name}: verified requests", _rate(verify), "/s", floor, kind)


def _rate(work: Callable[[], None]) -> float:
    spent = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return _SINGLES / median(spent)
