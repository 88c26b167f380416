# SPDX-License-Identifier: Apache-2.0
"""Timestamps of a real authority (openssl behind HTTP): ours, openssl's verdict, every refusal."""

import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from nguon.tlog.anchors.certificates import read_certificates
from nguon.tlog.anchors.checker import checker
from nguon.tlog.anchors.errors import AnchorError, UncheckedError, UnreachableError
from nguon.tlog.anchors.model import Anchored, Token
from nguon.tlog.anchors.rfc3161 import Rfc3161
from nguon.tlog.anchors.timestamps import check_answer
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.keys import Kind, Signer
from tests.timestamp_server import Authority, serving

ORIGIN = "log.example/log/1"


def note_of(size: int) -> bytes:
    signer = Signer(ORIGIN, Kind.SIGNATURE, b"s" * 32)
    return bytes(sign_checkpoint(Checkpoint(ORIGIN, size, sha256(b"%d" % size).digest()), signer))


NOTE = note_of(7)
TEXT = NOTE.partition(b"\n\n")[0] + b"\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"))


@pytest.fixture(scope="module")
def address(authority: Authority) -> Iterator[str]:
    with serving(authority.reply) as found:
        yield found


def anchor(address: str, authority: Authority, seconds: float = 15) -> Rfc3161:
    return Rfc3161(address, authority.certificates, seconds)


def refusal(act: Callable[[], object]) -> AnchorError:
    with pytest.raises(AnchorError) as caught:
        act()
    return caught.value


def query(data: bytes = TEXT, *, nonce: bool = True) -> bytes:
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=nonce).build().as_bytes()


@pytest.fixture(scope="module")
def token(address: str, authority: Authority) -> Token:
    return anchor(address, authority).stamp(NOTE)


def test_a_checkpoint_is_stamped_now_and_checked_without_a_network(
    token: Token, authority: Authority
) -> None:
    found = anchor("http://127.0.0.1:1/", authority).check(token, NOTE)
    assert found.by == "Test TSA"
    assert abs(found.time - time.time()) < 60
    assert token.kind == "rfc3161"


def test_openssl_says_the_same(token: Token, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "token.tsr").write_bytes(token.octets)
    for text, holds in ((TEXT, True), (TEXT + b"x", False)):
        (tmp_path / "text").write_bytes(text)
        ran = subprocess.run(
            [
                *("openssl", "ts", "-verify", "-data", tmp_path / "text"),
                *("-in", tmp_path / "token.tsr", "-CAfile", authority.certificates),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode == 0, "Verification: OK" in ran.stdout) == (holds, holds), ran.stderr


def test_more_signatures_below_a_checkpoint_change_nothing(
    token: Token, authority: Authority
) -> None:
    given = anchor("http://127.0.0.1:1/", authority)
    line = NOTE.splitlines(keepends=True)[-1].replace(ORIGIN.encode(), b"w.example")
    assert given.check(token, NOTE + line) == given.check(token, NOTE)


def test_a_token_of_another_checkpoint(token: Token, authority: Authority) -> None:
    given = anchor("http://127.0.0.1:1/", authority)
    assert refusal(lambda: given.check(token, note_of(8))).code == "anchors.hash"
    assert refusal(lambda: given.check(token, b"no note")).code == "anchors.checkpoint"


def test_an_authority_that_is_not_trusted(address: str, other: Authority, token: Token) -> None:
    error = refusal(lambda: anchor(address, other).stamp(NOTE))
    assert (error.code, error.params) == ("anchors.certificate", {"name": "Test TSA"})
    assert refusal(lambda: anchor(address, other).check(token, NOTE)).code == "anchors.certificate"


def test_an_answer_to_another_request(authority: Authority) -> None:
    with serving(lambda _: authority.reply(query())) as address:
        assert refusal(lambda: anchor(address, authority).stamp(NOTE)).code == "anchors.nonce"
    with serving(lambda _: authority.reply(query(nonce=False))) as address:
        assert refusal(lambda: anchor(address, authority).stamp(NOTE)).code == "anchors.nonce"
    with serving(lambda _: authority.reply(query(b"other"))) as address:
        assert refusal(lambda: anchor(address, authority).stamp(NOTE)).code == "anchors.hash"


def test_a_hash_of_another_kind_is_another_hash(authority: Authority) -> None:
    builder = TimestampRequestBuilder().data(TEXT).hash_algorithm(HashAlgorithm.SHA512)
    answer = authority.reply(builder.build().as_bytes())
    given = anchor("http://127.0.0.1:1/", authority)
    assert refusal(lambda: given.check(Token("rfc3161", answer), NOTE)).code == "anchors.hash"


@pytest.mark.parametrize(
    ("valid", "code"),
    [
        ((timedelta(days=-10), timedelta(days=-5)), "anchors.expired"),
        ((timedelta(days=5), timedelta(days=10)), "anchors.expired"),
    ],
)
def test_a_certificate_that_was_not_valid_then(
    tmp_path: Path, valid: tuple[timedelta, timedelta], code: str
) -> None:
    late = Authority(tmp_path, valid=valid)
    with serving(late.reply) as address:
        error = refusal(lambda: anchor(address, late).stamp(NOTE))
    assert (error.code, error.params["name"]) == (code, "Test TSA")


def test_a_certificate_for_other_purposes(authority: Authority, tmp_path: Path) -> None:
    """The right words, signed with a certificate of the same root that is for signing code."""
    wrong = Authority(tmp_path / "wrong", purpose=ExtendedKeyUsageOID.CODE_SIGNING)
    right = Authority(tmp_path / "right")
    digest = sha256(TEXT).digest()
    for signer, code in ((right, None), (wrong, "anchors.certificate")):
        answer = signer.signed(authority.words(authority.reply(query())))
        trusted = read_certificates(signer.certificates)
        if code is None:
            assert check_answer(answer, digest, trusted).by == "Test TSA"
        else:
            assert refusal(partial(check_answer, answer, digest, trusted)).code == code


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (b"", "anchors.form", {"reason": "ValueError"}),
        (b"garbage", "anchors.form", {"reason": "ValueError"}),
        (b"\x30" * 50, "anchors.form", {"reason": "ValueError"}),
        (b"\x30" * 70_000, "anchors.form", {"reason": "> 65536"}),
        # {status 0} without a token; then 2 to 5, and 9.
        (bytes.fromhex("30053003020100"), "anchors.form", {"reason": "ValueError"}),
        (bytes.fromhex("30053003020102"), "anchors.refused", {"status": "rejection"}),
        (bytes.fromhex("30053003020103"), "anchors.refused", {"status": "waiting"}),
        (bytes.fromhex("30053003020104"), "anchors.refused", {"status": "revocation_warning"}),
        (bytes.fromhex("30053003020105"), "anchors.refused", {"status": "revocation_notification"}),
        (bytes.fromhex("30053003020109"), "anchors.refused", {"status": "9"}),
    ],
    ids=range(10),
)
def test_answers_that_are_no_timestamp(
    authority: Authority, answer: bytes, code: str, told: dict[str, str]
) -> None:
    with serving(lambda _: answer) as address:
        error = refusal(lambda: anchor(address, authority).stamp(NOTE))
    assert error.code == code
    assert told.items() <= error.params.items()


def test_a_status_of_http(authority: Authority) -> None:
    with serving(lambda _: b"", status=503) as address:
        error = refusal(lambda: anchor(address, authority).stamp(NOTE))
    assert (type(error), error.code, error.params) == (
        UnreachableError,
        "anchors.answer",
        {"status": 503},
    )


def test_a_server_that_is_slow_or_hangs_up_or_is_not_there(authority: Authority) -> None:
    left = threading.Event()

    def slow(_: bytes) -> bytes:
        left.wait(30)
        return b""

    with serving(slow) as address:
        error = refusal(lambda: anchor(address, authority, 0.2).stamp(NOTE))
        left.set()
    assert (error.code, error.params) == ("anchors.slow", {"seconds": 0.2})
    with serving(lambda _: None) as address:
        error = refusal(lambda: anchor(address, authority).stamp(NOTE))
    assert (error.code, error.params) == ("anchors.unreachable", {"reason": "RemoteProtocolError"})
    for nowhere in ("http://127.0.0.1:1/", "http://[", "gopher://x/", "nothing"):
        error = refusal(partial(anchor(nowhere, authority).stamp, NOTE))
        assert error.code == "anchors.unreachable", nowhere


def test_a_clock_that_is_wrong(
    address: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    monkeypatch.setattr("nguon.tlog.anchors.rfc3161.time.time", lambda: real() + 4000)
    error = refusal(lambda: anchor(address, authority).stamp(NOTE))
    assert error.code == "anchors.clock"
    assert -4010 < error.params["seconds"] < -3990


def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_bytes(b"")
    (tmp_path / "broken.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n")
    for name in ("empty.pem", "broken.pem", "none.pem"):
        error = refusal(partial(read_certificates, tmp_path / name))
        assert error.code == "anchors.certificates"
        assert error.params["path"] == str(tmp_path / name)


def test_any_octet_changed_is_refused_or_changes_nothing(
    token: Token, authority: Authority
) -> None:
    """What is not signed (names of algorithms) may change; what is shown may not."""
    given = anchor("http://127.0.0.1:1/", authority)
    right = given.check(token, NOTE)
    refused = 0
    for at in range(len(token.octets)):
        octets = bytearray(token.octets)
        octets[at] ^= 1 << secrets.randbelow(8)
        try:
            assert given.check(Token("rfc3161", bytes(octets)), NOTE) == right
        except AnchorError:
            refused += 1
    assert refused > len(token.octets) * 0.95


def test_the_checker_of_packages(token: Token, authority: Authority, other: Authority) -> None:
    check = checker(authority.certificates)
    assert isinstance(check("rfc3161", token.octets, NOTE), Anchored)
    assert refusal(lambda: check("rfc3161", token.octets, note_of(8))).code == "anchors.hash"
    unknown = refusal(lambda: check("carrier pigeon", token.octets, NOTE))
    assert (type(unknown), unknown.code) == (UncheckedError, "anchors.kind")
    unchecked = refusal(lambda: checker()("rfc3161", token.octets, NOTE))
    assert (type(unchecked), unchecked.code) == (UncheckedError, "anchors.no-certificates")
    foreign = checker(other.certificates)
    assert refusal(lambda: foreign("rfc3161", token.octets, NOTE)).code == "anchors.certificate"
