# SPDX-License-Identifier: Apache-2.0
"""The authorities that the operator believes: certificates and revocation lists in a folder.

``*.pem``, ``*.crt``, ``*.cer`` and ``*.der`` are roots, ``*.crl`` lists of what
they revoked. The folder is read whenever a statement is judged.
"""

from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from nguon.parties.enrolment.errors import EnrolmentError

_CERTIFICATES = frozenset({".pem", ".crt", ".cer", ".der"})
_LIST = ".crl"
_PEM = b"-----BEGIN"
_MOST = 64 << 20


class Roots(msgspec.Struct, frozen=True):
    """What a folder has, DER."""

    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]


def read(folder: Path | None) -> Roots:
    """The authorities of a folder.

    Raises `EnrolmentError`: ``enrolment.roots-none`` where there are none,
    ``enrolment.roots-file`` with the file's name for one that cannot be read.
    """
    certificates: list[bytes] = []
    crls: list[bytes] = []
    if folder is not None and folder.is_dir():
        for path in sorted(folder.iterdir()):
            kind = path.suffix.lower()
            if kind in _CERTIFICATES:
                certificates += _read(path)
            elif kind == _LIST:
                crls.append(_list(path))
    if not certificates:
        raise EnrolmentError("enrolment.roots-none")
    return Roots(tuple(certificates), tuple(crls))


def _read(path: Path) -> list[bytes]:
    octets = _octets(path)
    try:
        if _PEM in octets:
            found = x509.load_pem_x509_certificates(octets)
        else:
            found = [x509.load_der_x509_certificate(octets)]
    except ValueError as error:
        raise EnrolmentError("enrolment.roots-file", file=path.name) from error
    return [one.public_bytes(Encoding.DER) for one in found]


def _list(path: Path) -> bytes:
    octets = _octets(path)
    try:
        if _PEM in octets:
            return x509.load_pem_x509_crl(octets).public_bytes(Encoding.DER)
        return x509.load_der_x509_crl(octets).public_bytes(Encoding.DER)
    except ValueError as error:
        raise EnrolmentError("enrolment.roots-file", file=path.name) from error


def _octets(path: Path) -> bytes:
    try:
        if path.stat().st_size <= _MOST:
            return path.read_bytes()
    except OSError as error:
        raise EnrolmentError("enrolment.roots-file", file=path.name) from error
    raise EnrolmentError("enrolment.roots-file", file=path.name)
