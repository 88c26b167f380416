# SPDX-License-Identifier: Apache-2.0
"""``nguon sign``: keys of one's own, statements, captures; nothing secret is printed."""

import json
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from nguon.signing import jws
from nguon.signing.cms import read_statement
from nguon.signing.http import HttpMessage, check_content_digest, read_signature, require
from nguon.signing.key_files import read_private
from nguon.signing.keys import PublicKey, public_key
from tests import softhsm
from tests.integration.cli.conftest import SQLITE, Run
from tests.pki_made import PASSWORD, made

pytestmark = SQLITE
DOCUMENT = '{"tên":"Sầu riêng"}'.encode()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "events.json"
    path.write_bytes(DOCUMENT)
    return path


def key_made(run: Run, path: Path, algorithm: str = "EdDSA") -> PublicKey:
    answer = run("sign", "key", path, "--algorithm", algorithm, "--json")
    assert answer.status == 0
    assert json.loads(path.read_text())["d"] not in answer.out + answer.err
    found = public_key(answer.json["jwk"])
    assert answer.json["kid"] == found.thumbprint
    return found


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_a_key_and_a_request_signed_with_it(
    run: Run, tmp_path: Path, document: Path, algorithm: str
) -> None:
    path = tmp_path / "key.jwk"
    public = key_made(run, path, algorithm)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_private(path.read_bytes()).public == public
    url = "https://Nguon.example:443/epcis/capture?a=1"
    answer = run("sign", "capture", document, "--key", path, "--url", url)
    assert (answer.status, answer.err) == (0, "")
    headers = dict(line.split(": ", 1) for line in answer.out.splitlines())
    message = HttpMessage("POST", "nguon.example", "/epcis/capture", "a=1", headers)
    found = read_signature(message)
    require(found)
    found.verify(public)
    assert found.keyid == public.thumbprint
    check_content_digest(headers["content-digest"], sha256(DOCUMENT).digest())


def test_a_document_signed_beside_itself(run: Run, tmp_path: Path, document: Path) -> None:
    public = key_made(run, tmp_path / "key.jwk")
    answer = run("sign", "capture", document, "--key", tmp_path / "key.jwk", "--keyid", "did:x#k")
    assert answer.out.strip() == f"{document}.jws"
    found = jws.read(Path(f"{document}.jws").read_text(), DOCUMENT)
    found.verify(public)
    assert found.header["kid"] == "did:x#k"


def test_a_key_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    key_made(run, tmp_path / "key.jwk")
    before = (tmp_path / "key.jwk").read_bytes()
    answer = run("sign", "key", tmp_path / "key.jwk")
    assert answer.status == 1
    assert "key.jwk" in answer.err
    assert (tmp_path / "key.jwk").read_bytes() == before


@pytest.mark.parametrize("form", ["cms", "jws"])
def test_a_statement_with_a_file(run: Run, tmp_path: Path, document: Path, form: str) -> None:
    p12, password = tmp_path / "seal.p12", tmp_path / "password"
    p12.write_bytes(made().good.p12())
    password.write_text(PASSWORD + "\n", "utf-8")
    told = ("--p12", p12, "--password-file", password, "--form", form)
    answer = run("sign", "statement", document, *told)
    assert answer.status == 0, answer.err
    found = read_statement(Path(answer.out.strip()).read_bytes())
    assert (found.form, found.payload) == (form, DOCUMENT)
    assert found.certificate == made().good.der
    password.write_text("another", "utf-8")
    refused = run("sign", "statement", document, *told, "--out", tmp_path / "none")
    assert refused.status == 1
    assert "PKCS #12" in refused.err
    assert not (tmp_path / "none").exists()


def test_one_of_file_and_token(run: Run, document: Path) -> None:
    assert run("sign", "statement", document).status == 2


@pytest.mark.skipif(not softhsm.present(), reason="no SoftHSM on this machine")
def test_a_token_without_the_key(
    run: Run, tmp_path: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", softhsm.made(tmp_path / "hsm")["SOFTHSM2_CONF"])
    pin = tmp_path / "pin"
    pin.write_text("4711", "utf-8")
    answer = run(
        *("sign", "statement", document, "--token", softhsm.LIBRARY, "--label", "none"),
        *("--password-file", pin),
    )
    assert answer.status == 1
    assert "4711" not in answer.out + answer.err


def test_what_is_no_address(run: Run, tmp_path: Path, document: Path) -> None:
    key_made(run, tmp_path / "key.jwk")
    answer = run("sign", "capture", document, "--key", tmp_path / "key.jwk", "--url", "nguon")
    assert answer.status == 1
