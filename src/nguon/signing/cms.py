# SPDX-License-Identifier: Apache-2.0
"""Statements signed with the certificate of an organisation: CMS, or JWS with its certificate.

CMS is SignedData with its content attached and one signer (RFC 5652), of the baseline
profile of CAdES: the signature covers the signer's certificate by its hash (ETSI EN 319
122-1, 5.2.2.3; RFC 5035). Who stands behind the certificate is judged elsewhere.
"""

import base64
import re
from datetime import UTC, datetime
from typing import Any, Literal, NoReturn

import msgspec
from asn1crypto import cms, core, pem

from nguon.signing.certified_keys import HASHES, Scheme, check
from nguon.signing.errors import SigningError
from nguon.signing.hashing import digest_of
from nguon.signing.x5c import read_with_certificates

LIMIT = 4 << 20
"""Octets of a statement with its certificates."""
_COMPACT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_CERTIFICATES = 16


class SignedStatement(msgspec.Struct, frozen=True):
    """What was stated, and the certificates that came with it; the signature holds."""

    form: Literal["cms", "jws"]
    payload: bytes
    certificate: bytes
    """The signer's, DER."""
    chain: tuple[bytes, ...]
    """The others, DER, in the order they came."""
    signing_time: datetime | None
    """When it says that it was signed; nothing vouches for it."""


def read_statement(octets: bytes) -> SignedStatement:
    """A statement in either form, its signature verified (not its certificates).

    CMS may be DER, PEM or base64. Raises `SigningError`: ``signing.cms-form`` with the part
    that is wrong, ``signing.signature``, and those of `nguon.signing.jws.read`.
    """
    if len(octets) > LIMIT:
        raise SigningError("signing.too-long", most=LIMIT)
    text = octets.strip()
    if _COMPACT.fullmatch(text):
        read = read_with_certificates(text.decode("ascii"))
        first, *rest = read.certificates
        return SignedStatement("jws", read.payload, first, tuple(rest), read.signing_time)
    try:
        return _statement(_der(octets, text))
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise SigningError("signing.cms-form", part="ASN.1") from error


def _der(octets: bytes, text: bytes) -> bytes:
    if text.startswith(b"-----BEGIN"):
        return bytes(pem.unarmor(text)[2])
    if text[:1] == b"M":
        return base64.b64decode(b"".join(text.split()), validate=True)
    return octets


def _statement(octets: bytes) -> SignedStatement:
    info = cms.ContentInfo.load(octets, strict=True)
    if info["content_type"].native != "signed_data":
        _refuse("content type")
    signed = info["content"]
    content = signed["encap_content_info"]
    if content["content_type"].native != "data" or content["content"].native is None:
        _refuse("content")
    payload = bytes(content["content"].native)
    if len(signed["signer_infos"]) != 1:
        _refuse("number of signers")
    signer = signed["signer_infos"][0]
    certificates = _certificates(signed["certificates"])
    place = _signer(signer["sid"], certificates)
    chosen = certificates.pop(place)
    attributes = _attributes(signer["signed_attrs"])
    _check_attributes(attributes, payload, signer, chosen)
    scheme, digest = _scheme(signer)
    message = signer["signed_attrs"].untag().dump()
    check(chosen.dump(), scheme, digest, message, bytes(signer["signature"].native))
    chain = tuple(each.dump() for each in certificates)
    return SignedStatement("cms", payload, chosen.dump(), chain, _time(attributes))


def _certificates(given: Any) -> list[Any]:
    found = [] if isinstance(given, core.Void) else [each.chosen for each in given]
    if not 0 < len(found) <= _CERTIFICATES:
        _refuse("certificates")
    return found


def _signer(sid: Any, certificates: list[Any]) -> int:
    """The place of the signer's certificate among those sent."""
    for place, each in enumerate(certificates):
        if _is_named(sid, each):
            return place
    raise SigningError("signing.cms-form", part="certificate of the signer")


def _is_named(sid: Any, certificate: Any) -> bool:
    if sid.name == "issuer_and_serial_number":
        number = sid.chosen["serial_number"].native
        return bool(
            certificate.issuer == sid.chosen["issuer"] and certificate.serial_number == number
        )
    identifier = certificate.key_identifier
    return identifier is not None and identifier == sid.chosen.native


def _attributes(given: Any) -> dict[str, Any]:
    """The signed attributes by name, each once and with one value (RFC 5652 section 5.3)."""
    found: dict[str, Any] = {}
    if isinstance(given, core.Void):
        _refuse("signed attributes")
    for attribute in given:
        name = attribute["type"].native
        if name in found or len(attribute["values"]) != 1:
            _refuse(str(name))
        found[name] = attribute["values"][0]
    return found


def _check_attributes(attributes: dict[str, Any], payload: bytes, signer: Any, own: Any) -> None:
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in HASHES:
        _refuse("digest algorithm")
    wanted = attributes.get("message_digest")
    if wanted is None or wanted.native != digest_of(digest, payload):
        raise SigningError("signing.signature")
    kind = attributes.get("content_type")
    if kind is None or kind.native != "data":
        _refuse("content type attribute")
    named = attributes.get("signing_certificate_v2")
    if named is None or not len(named["certs"]):
        _refuse("signing certificate attribute")
    first = named["certs"][0]
    by = first["hash_algorithm"]["algorithm"].native
    if by not in HASHES or first["cert_hash"].native != digest_of(by, own.dump()):
        _refuse("signing certificate attribute")


def _scheme(signer: Any) -> tuple[Scheme, str]:
    """How it was signed; the digest of the attributes is that of the content."""
    algorithm = signer["signature_algorithm"]
    digest = signer["digest_algorithm"]["algorithm"].native
    try:
        scheme = Scheme(algorithm.signature_algo)
    except ValueError:
        _refuse("signature algorithm")
    # Plain "rsaEncryption" names no digest: the signer's own counts (RFC 3370 section 3.2).
    plain = algorithm["algorithm"].native == "rsassa_pkcs1v15"
    if not plain and algorithm.hash_algo != digest:
        _refuse("signature algorithm")
    return scheme, digest


def _time(attributes: dict[str, Any]) -> datetime | None:
    found = attributes.get("signing_time")
    moment = None if found is None else found.native
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


def _refuse(part: str) -> NoReturn:
    raise SigningError("signing.cms-form", part=part)
