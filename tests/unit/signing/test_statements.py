# SPDX-License-Identifier: Apache-2.0
"""Statements signed with a certificate: made, read, read by openssl, and spoilt in every way."""

import base64
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from nguon.base.base64url import url_octets, url_text
from nguon.signing.certified_keys import Scheme
from nguon.signing.cms import LIMIT, SignedStatement, read_statement
from nguon.signing.errors import SigningError
from nguon.signing.holders import FileHolder, holder_of_pkcs12
from nguon.signing.stating import state_cms, state_jws
from tests.pki_made import PASSWORD, Certified, made

PAYLOAD = '{"code":"0100233488","tên":"Sầu riêng"}'.encode()
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PKI = made()
KINDS = {"P-256": PKI.good, "RSA": PKI.rsa}


def holder(one: Certified) -> FileHolder:
    return holder_of_pkcs12(one.p12(), PASSWORD)


STATED = {
    (kind, form): make
    for kind, one in KINDS.items()
    for form, make in (
        ("cms", state_cms(PAYLOAD, holder(one), AT)),
        ("jws", state_jws(PAYLOAD, holder(one), AT).encode()),
    )
}


def refused(octets: bytes) -> str:
    with pytest.raises(SigningError) as refusal:
        read_statement(octets)
    return refusal.value.code


@pytest.mark.parametrize(("kind", "form"), STATED)
def test_made_and_read(kind: str, form: str) -> None:
    one = KINDS[kind]
    found = read_statement(STATED[kind, form])
    assert found == SignedStatement(form, PAYLOAD, one.der, one.chain_der, AT)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_other_spellings_of_cms(kind: str) -> None:
    der = STATED[kind, "cms"]
    text = base64.encodebytes(der)
    armoured = b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n"
    for spelled in (text, armoured, b"\n" + armoured):
        assert read_statement(spelled) == read_statement(der)


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_accepts_ours(kind: str, tmp_path: Path) -> None:
    root, stated = tmp_path / "root.pem", tmp_path / "a.p7m"
    root.write_bytes(PKI.roots_pem)
    stated.write_bytes(state_cms(PAYLOAD, holder(KINDS[kind]), AT))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"]
    command += ["-cades", "-in", str(stated), "-CAfile", str(root)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout == PAYLOAD


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_openssl_s_are_accepted(kind: str, digest: str, tmp_path: Path) -> None:
    p12, pem, content = tmp_path / "a.p12", tmp_path / "a.pem", tmp_path / "a"
    p12.write_bytes(KINDS[kind].p12("pass"))
    content.write_bytes(PAYLOAD)
    taken = [
        "openssl",
        "pkcs12",
        "-in",
        str(p12),
        "-nodes",
        "-passin",
        "pass:pass",
        "-out",
        str(pem),
    ]
    subprocess.run(taken, capture_output=True, check=True)
    command = ["openssl", "cms", "-sign", "-cades", "-binary", "-nodetach", "-md", digest]
    command += ["-in", str(content), "-signer", str(pem), "-outform", "DER"]
    done = subprocess.run(command, capture_output=True, check=True)
    found = read_statement(done.stdout)
    assert (found.payload, found.certificate) == (PAYLOAD, KINDS[kind].der)


def test_pss_is_accepted(tmp_path: Path) -> None:
    p12, pem, content = tmp_path / "a.p12", tmp_path / "a.pem", tmp_path / "a"
    p12.write_bytes(PKI.rsa.p12("pass"))
    content.write_bytes(PAYLOAD)
    taken = [
        "openssl",
        "pkcs12",
        "-in",
        str(p12),
        "-nodes",
        "-passin",
        "pass:pass",
        "-out",
        str(pem),
    ]
    subprocess.run(taken, capture_output=True, check=True)
    command = ["openssl", "cms", "-sign", "-cades", "-binary", "-nodetach", "-md", "sha256"]
    command += ["-in", str(content), "-signer", str(pem), "-outform", "DER"]
    command += ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert read_statement(done.stdout).payload == PAYLOAD
    held = holder(PKI.rsa)
    pss = FileHolder(held.certificate, held.chain, Scheme.PSS, held.key)
    assert read_statement(state_jws(PAYLOAD, pss, AT).encode()).payload == PAYLOAD


def test_what_covers_no_certificate_is_refused() -> None:
    """CMS without the CAdES attribute, and detached."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(PAYLOAD)
    key = PKI.good.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    builder = builder.add_signer(PKI.good.certificate, key, hashes.SHA256())
    plain = builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    detached = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    assert refused(plain) == "signing.cms-form"
    assert refused(builder.sign(Encoding.DER, detached)) == "signing.cms-form"


def changed(change: Callable[[cms.SignedData], object]) -> bytes:
    info = cms.ContentInfo.load(STATED["P-256", "cms"])
    change(info["content"])
    octets: bytes = info.dump(force=True)
    return octets


def _other_content(signed: cms.SignedData) -> None:
    signed["encap_content_info"]["content"] = PAYLOAD + b" "


def _other_signature(signed: cms.SignedData) -> None:
    signed["signer_infos"][0]["signature"] = b"\x30\x06\x02\x01\x01\x02\x01\x01"


def _no_certificates(signed: cms.SignedData) -> None:
    del signed["certificates"]


def _two_signers(signed: cms.SignedData) -> None:
    signed["signer_infos"].append(signed["signer_infos"][0].copy())


def _nobody(signed: cms.SignedData) -> None:
    del signed["signer_infos"][0]


def _no_attributes(signed: cms.SignedData) -> None:
    del signed["signer_infos"][0]["signed_attrs"]


def _without(name: str) -> Callable[[cms.SignedData], None]:
    def change(signed: cms.SignedData) -> None:
        attributes = signed["signer_infos"][0]["signed_attrs"]
        kept = [each for each in attributes if each["type"].native != name]
        signed["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes(kept)

    return change


def _twice(signed: cms.SignedData) -> None:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    signed["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes([*attributes, attributes[0]])


def _weak_digest(signed: cms.SignedData) -> None:
    signed["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha1"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_other_content, "signing.signature"),
        (_other_signature, "signing.signature"),
        (_no_certificates, "signing.cms-form"),
        (_two_signers, "signing.cms-form"),
        (_nobody, "signing.cms-form"),
        (_no_attributes, "signing.cms-form"),
        (_without("message_digest"), "signing.signature"),
        (_without("content_type"), "signing.cms-form"),
        (_without("signing_certificate_v2"), "signing.cms-form"),
        (_without("signing_time"), "signing.signature"),
        (_twice, "signing.cms-form"),
        (_weak_digest, "signing.cms-form"),
    ],
)
def test_changes_are_refused(change: Callable[[cms.SignedData], object], code: str) -> None:
    assert refused(changed(change)) == code


def test_no_octet_changes_what_is_stated() -> None:
    """Whatever octet is changed: refused, or the same statement by the same certificate."""
    der = STATED["P-256", "cms"]
    same = read_statement(der)
    for at in range(0, len(der), 3):
        spoilt = bytearray(der)
        spoilt[at] ^= 0x55
        try:
            found = read_statement(bytes(spoilt))
        except SigningError:
            continue
        assert (found.payload, found.certificate) == (same.payload, same.certificate)
        assert found.signing_time == same.signing_time


@pytest.mark.parametrize(
    "octets", [b"", b"0", b"{}", b"0\x80", b"M", b"MIIB", b"-----BEGIN CMS-----"]
)
def test_anything_else_is_refused(octets: bytes) -> None:
    assert refused(octets) == "signing.cms-form"
    assert refused(b"0" * (LIMIT + 1)) == "signing.too-long"


HEAD, BODY, TAIL = STATED["P-256", "jws"].decode().split(".")
HEADER = json.loads(url_octets(HEAD) or b"")


def headed(**members: object) -> bytes:
    told = {name: value for name, value in {**HEADER, **members}.items() if value is not None}
    return f"{url_text(json.dumps(told).encode())}.{BODY}.{TAIL}".encode()


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (headed(alg="none"), "signing.algorithm"),
        (headed(alg="HS256"), "signing.algorithm"),
        (headed(alg=["ES256"]), "signing.algorithm"),
        (headed(alg="RS256"), "signing.certificate-key"),
        (headed(x5c=None), "signing.jws-form"),
        (headed(x5c=[]), "signing.jws-form"),
        (headed(x5c=["AAAA"]), "signing.certificate-form"),
        (headed(x5c=["!"]), "signing.jws-form"),
        (headed(x5c=[5]), "signing.jws-form"),
        (headed(x5c=HEADER["x5c"] * 20), "signing.jws-form"),
        (headed(x5c=HEADER["x5c"][::-1]), "signing.signature"),
        (headed(iat=0), "signing.signature"),
        (headed(crit=["iat"]), "signing.critical"),
        (f"{HEAD}.{BODY}.{url_text(bytes(60))}".encode(), "signing.signature"),
        (f"{HEAD}.{BODY}.{TAIL}=".encode(), "signing.cms-form"),
    ],
)
def test_signatures_with_certificates_that_are_refused(octets: bytes, code: str) -> None:
    assert refused(octets) == code


@pytest.mark.parametrize("bits", [1024])
def test_short_rsa_keys_are_refused(bits: int) -> None:
    short = PKI.issue(key=rsa.generate_private_key(65537, bits))
    assert refused(state_cms(PAYLOAD, holder(short), AT)) == "signing.certificate-key"


def test_curves_that_es256_does_not_have_are_refused() -> None:
    with pytest.raises(SigningError) as refusal:
        state_jws(PAYLOAD, holder(PKI.issue(key=ec.generate_private_key(ec.SECP384R1()))), AT)
    assert refusal.value.code == "signing.certificate-key"


@pytest.mark.parametrize(("octets", "password"), [(b"", PASSWORD), (PKI.good.p12(), "wrong")])
def test_files_that_do_not_open(octets: bytes, password: str) -> None:
    with pytest.raises(SigningError) as refusal:
        holder_of_pkcs12(octets, password)
    assert refusal.value.code == "signing.pkcs12"
