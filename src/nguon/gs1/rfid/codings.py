# SPDX-License-Identifier: Apache-2.0
"""The binary coding schemes of tags, from a table: header, length and layout of each."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nguon.gs1.rfid.segments import Segment, segment
from nguon.gs1.schemes import SCHEMES, Scheme


class Coding(NamedTuple):
    """One coding scheme.

    ``bits`` is None where the value decides. ``identity`` is the EPC scheme of the
    pure identity (None for "+" schemes), ``key`` how its fields make a GS1 key
    (None for schemes of others). ``codes`` are the application identifiers of a
    "+" scheme, ``dated`` says that a date goes before them,
    ``filter_bits`` is
    how many bits the filter value has.
    """

    name: str
    header: int
    bits: int | None
    identity: str | None
    key: Scheme | None
    segments: tuple[Segment, ...]
    codes: tuple[str, ...]
    dated: bool
    filter_bits: int

    @property
    def tag_uri(self) -> str:
        """What tag URIs of the scheme begin with."""
        return f"urn:epc:tag:{self.name.lower()}:"


@cache
def codings() -> dict[str, Coding]:
    """All coding schemes, by name."""
    rows = (files("nguon.gs1") / "data" / "rfid_schemes.tsv").read_text("utf-8")
    found = (_coding(*row.split("\t")) for row in rows.splitlines() if not row.startswith("#"))
    return {coding.name: coding for coding in found}


@cache
def headers() -> dict[int, Coding]:
    """All coding schemes, by the header that tags begin with."""
    return {coding.header: coding for coding in codings().values()}


def _coding(name: str, header: str, bits: str, identity: str, layout: str) -> Coding:
    plus = layout.startswith("+")
    key = None if plus else SCHEMES.get(identity)
    return Coding(
        name,
        int(header, 16),
        None if bits == "-" else int(bits),
        None if plus else identity,
        key,
        () if plus else tuple(segment(word, key) for word in layout.split()),
        tuple(identity.split()) if plus else (),
        layout == "+d",
        3 if plus else int(layout[1]) if layout[0] == "f" else 0,
    )
