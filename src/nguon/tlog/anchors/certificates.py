# SPDX-License-Identifier: Apache-2.0
"""The certificates under which timestamps are believed: a PEM file that the operator chose."""

from collections.abc import Sequence
from pathlib import Path

from cryptography import x509

from nguon.tlog.anchors.errors import AnchorError

Certificates = Sequence[x509.Certificate]


def read_certificates(path: Path) -> Certificates:
    """The certificates in a file, one at least; raises `AnchorError` (``anchors.certificates``)."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AnchorError(
            "anchors.certificates", path=str(path), reason=str(error)[:200]
        ) from error
