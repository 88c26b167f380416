# SPDX-License-Identifier: Apache-2.0
"""Signatures over the records of a package, as they came; those that its reader may know."""

from base64 import b64encode
from collections.abc import Collection, Mapping

from nguon.base.base64url import url_text
from nguon.capture.frames import pieces
from nguon.dossier.model import Over, Signed
from nguon.store import Store, signatures
from nguon.store.signatures import SignatureRow


def signed(store: Store, seqs: Collection[int], receipts: Mapping[int, str]) -> list[Signed]:
    """Each signature once, with the entries that it covers, in the order of the log."""
    with store.reading() as connection:
        covering = signatures.covering(connection, seqs)
    grouped: dict[int, list[tuple[int, SignatureRow]]] = {}
    for seq, row in sorted(covering.items()):
        grouped.setdefault(row.id, []).append((seq, row))
    return [_signed(group, receipts) for group in grouped.values()]


def _signed(group: list[tuple[int, SignatureRow]], receipts: Mapping[int, str]) -> Signed:
    first = group[0][1]
    return Signed(
        kid=first.kid,
        form=first.form,
        base=first.base.decode("ascii"),
        signature=url_text(first.signature),
        over=tuple(_over(receipts[seq], row) for seq, row in group),
        count=first.count,
        custodial=first.custodial,
        frame=_frame(first),
    )


def _over(receipt: str, row: SignatureRow) -> Over:
    path = tuple(b64encode(each).decode() for each in row.path or ())
    return Over(entry=receipt, position=row.position, path=path)


def _frame(row: SignatureRow) -> tuple[str, ...]:
    if row.frame is None:
        return ()
    return tuple(piece.decode() for piece in pieces(row.frame))
