# SPDX-License-Identifier: Apache-2.0
"""The pieces of a block, made when they are asked for: serial, link, elements, hidden part."""

from collections.abc import Iterator
from urllib.parse import quote

from sqlalchemy import RowMapping

from nguon.codes.keyring import Keyring
from nguon.codes.model import Piece
from nguon.codes.signing import Signer
from nguon.gs1.elements import Element, write_bracketed

CANONICAL = "https://id.gs1.org"
"""The stem of links where no other is asked for."""


def made(
    ring: Keyring,
    row: RowMapping,
    offset: int,
    count: int,
    *,
    stem: str = CANONICAL,
    hidden: bool = False,
) -> Iterator[Piece]:
    """Pieces ``offset`` to ``offset + count`` of a block's row, the end excluded.

    ``hidden``: with hidden parts, where the block was ordered with them.

    Raises:
        KeysLostError: the block's key is not in the installation's file.
    """
    gtin, lot, first = row["gtin"], row["lot"], row["first"] + offset
    sealer = ring.sealer(row["key_number"], gtin)
    signer = Signer(ring.key(row["key_number"]).signing) if row["signed"] else None
    covered = hidden and row["hidden"]
    head = [Element("01", gtin), *([Element("10", lot)] if lot else [])]
    within = f"/10/{quote(lot, safe='')}" if lot else ""
    path = f"{stem}/01/{gtin}{within}/21/"
    for number, serial in enumerate(sealer.serials(first, count), first):
        elements = (*head, Element("21", serial))
        signature = None if signer is None else signer.sign(write_bracketed(elements))
        yield Piece(
            serial,
            f"01/{gtin}/21/{serial}",
            path + serial if signature is None else f"{path}{serial}?8030={signature}",
            elements if signature is None else (*elements, Element("8030", signature)),
            sealer.hidden(number) if covered else None,
            signature,
        )
