# SPDX-License-Identifier: Apache-2.0
"""Whether a certificate was revoked, asked where it says: OCSP, then CRL; never anywhere else."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from nguon.base.errors import NguonError
from nguon.parties.enrolment import revocation
from nguon.parties.enrolment.model import State
from nguon.parties.enrolment.office import Unknown
from nguon.store import Store, open_store
from tests.integration.parties.enrolled import World, cms, world
from tests.pki_made import Pki


class Authority:
    """What the authority's addresses answer, and what they were asked."""

    def __init__(self, url: str) -> None:
        self.pki = Pki(datetime.now(UTC).replace(microsecond=0), url)
        self.ocsp = self.crl = True
        self.revoked: set[int] = set()
        self.mood = ""
        self.asked: list[str] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> bytes | None:
        self.asked.append(handler.path)
        if self.mood == "slow":
            time.sleep(1)
        if self.mood == "garbage":
            return b"\x30\x03\x0a\x01"
        if handler.path == "/ocsp" and self.ocsp:
            sent = handler.rfile.read(int(handler.headers["content-length"]))
            return self._status(ocsp.load_der_ocsp_request(sent).serial_number)
        if handler.path.endswith(".crl") and self.crl:
            revoked = [self.pki.revoked]
            [root, issuer] = self.pki.crls(revoked=tuple(revoked))
            return root if handler.path == "/root.crl" else issuer
        return None

    def _status(self, serial: int) -> bytes | None:
        for one in (self.pki.good, self.pki.revoked):
            if one.certificate.serial_number == serial:
                own, _ = self.pki.ocsps(one, revoked=serial in self.revoked)
                return own
        _, above = self.pki.ocsps(self.pki.good)
        return above


@contextmanager
def serving() -> Iterator[Authority]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = serving_one.answer(self)
            self.send_response(404 if body is None else 200)
            self.send_header("content-length", str(len(body or b"")))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body or b"")

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    serving_one = Authority(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield serving_one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def authority() -> Iterator[Authority]:
    with serving() as running:
        yield running


@pytest.fixture
def place(authority: Authority, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with open_store(sqlite_url) as store:
        yield _world(store, tmp_path, authority)


def _world(store: Store, folder: Path, authority: Authority) -> World:
    made = world(store, folder)
    made.pki = authority.pki
    (folder / "roots" / "root.pem").write_bytes(authority.pki.roots_pem)
    made.crls([])
    made.office(unknown_revocation=Unknown.REFUSE)
    return made


def test_the_responder_says_good(place: World, authority: Authority) -> None:
    begun = place.begin()
    assert place.answer(begun, cms(begun, authority.pki.good)).state is State.ACTIVE
    assert set(authority.asked) == {"/ocsp"}


def test_the_responder_says_revoked(place: World, authority: Authority) -> None:
    authority.revoked = {authority.pki.good.certificate.serial_number}
    begun = place.begin()
    with pytest.raises(NguonError, match=r"signing\.certificate-revoked"):
        place.answer(begun, cms(begun, authority.pki.good))
    assert place.state(begun) == "open"


def test_without_a_responder_the_list_is_fetched(place: World, authority: Authority) -> None:
    authority.ocsp = False
    begun = place.begin()
    with pytest.raises(NguonError, match=r"signing\.certificate-revoked"):
        place.answer(begun, cms(begun, authority.pki.revoked))
    assert place.answer(begun, cms(begun, authority.pki.good)).state is State.ACTIVE
    assert {"/issuer.crl", "/root.crl"} <= set(authority.asked)


@pytest.mark.parametrize("mood", ["garbage", "slow", ""])
def test_addresses_that_say_nothing_of_use(
    place: World, authority: Authority, mood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.mood, authority.ocsp, authority.crl = mood, False, False
    monkeypatch.setattr(revocation, "SECONDS", 0.2)
    begun = place.begin()
    with pytest.raises(NguonError, match=r"signing\.certificate-revocation-unknown"):
        place.answer(begun, cms(begun, authority.pki.good))
    assert place.state(begun) == "open"


def test_a_list_that_is_too_long_is_none(
    place: World, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocation, "MOST_OCTETS", 100)
    begun = place.begin()
    with pytest.raises(NguonError, match=r"signing\.certificate-revocation-unknown"):
        place.answer(begun, cms(begun, authority.pki.good))


def test_addresses_in_certificates_of_nobody_are_not_asked(
    place: World, authority: Authority
) -> None:
    stranger = Pki(authority.pki.now, authority.pki.place)
    begun = place.begin()
    with pytest.raises(NguonError, match=r"signing\.certificate-unknown-issuer"):
        place.answer(begun, cms(begun, stranger.good))
    assert authority.asked == []


def test_nor_those_in_certificates_that_are_only_sent_along(authority: Authority) -> None:
    trap = Pki(authority.pki.now, f"{authority.pki.place}/trap")
    good = authority.pki.good
    along = (trap.issuer.der, trap.good.der, *good.chain_der)
    found = revocation.ask(good.der, along, authority.pki.roots)
    assert len(found.ocsps) == 2
    assert not any("trap" in path for path in authority.asked)


def test_a_certificate_without_addresses(authority: Authority) -> None:
    root = x509.load_der_x509_certificate(authority.pki.roots[0])
    assert revocation.ask(authority.pki.roots[0], (), authority.pki.roots).ocsps == ()
    assert root.issuer == root.subject
