# SPDX-License-Identifier: Apache-2.0
"""Checks the anchors that travel with proofs, without a network, under certificates given."""

from collections.abc import Callable
from pathlib import Path

from nguon.tlog.anchors import rfc3161
from nguon.tlog.anchors.certificates import read_certificates
from nguon.tlog.anchors.errors import AnchorError, UncheckedError
from nguon.tlog.anchors.model import Anchored, stated
from nguon.tlog.anchors.timestamps import check_answer

Check = Callable[[str, bytes, bytes], Anchored]
"""Kind, token, checkpoint note."""


def checker(certificates: Path | None = None) -> Check:
    """What checks anchors of proof packages: called with kind, token and checkpoint note.

    It gives `Anchored`, or raises `AnchorError` where the anchor fails and `UncheckedError`
    (``anchors.no-certificates``, ``anchors.kind``) where nothing can be said. Raises
    `AnchorError` at once for a file of certificates that cannot be read.
    """
    trusted = () if certificates is None else read_certificates(certificates)

    def check(kind: str, token: bytes, note: bytes) -> Anchored:
        if kind != rfc3161.NAME:
            raise UncheckedError("anchors.kind", kind=kind[:40])
        told = stated(note)
        if not trusted:
            raise UncheckedError("anchors.no-certificates")
        return check_answer(token, told.digest, trusted)

    return check


__all__ = ["AnchorError", "Check", "UncheckedError", "checker"]
