# SPDX-License-Identifier: Apache-2.0
"""Packages of proofs as they come: every member known, every value in its one spelling.

A member that this version does not know is refused, so that nothing is shown as checked
that nobody checked.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from nguon.base.base64url import url_octets
from nguon.base.errors import NguonError
from nguon.epcis.syntax import require_faithful
from nguon.evidence.errors import EvidenceError
from nguon.evidence.opening import Opening, read_opening
from nguon.evidence.package import (
    ENTRY_LIMIT,
    FORMAT,
    PACKAGE_LIMIT,
    Anchor,
    Complete,
    Entry,
    Package,
)
from nguon.transparency.armour import hash_of, octets_of
from nguon.transparency.completeness import Listed
from nguon.transparency.errors import ProofError
from nguon.transparency.maps.proofs import MapProof, read_map_proof

_HASH_LIMIT = 63
_Index = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Opening(_Wire):
    salt: str
    digest: str
    received: str | msgspec.UnsetType = msgspec.UNSET


class _Entry(_Wire):
    index: _Index
    proof: list[str]
    entry: str
    opening: _Opening | msgspec.UnsetType = msgspec.UNSET
    event: str | msgspec.UnsetType = msgspec.UNSET
    context: str | msgspec.UnsetType = msgspec.UNSET
    statement: str | msgspec.UnsetType = msgspec.UNSET
    marks: list[str] | msgspec.UnsetType = msgspec.UNSET


class _Listed(_Wire):
    index: _Index
    leaf: str


class _Complete(_Wire):
    item: str
    secret: str
    head: _Entry
    map_proof: str
    list: list[_Listed]


class _Anchor(_Wire):
    kind: str
    checkpoint: str
    token: str
    proof: list[str] = []


class _Package(_Wire):
    format: str
    checkpoint: str
    entries: list[_Entry]
    completeness: list[_Complete] = []
    anchors: list[_Anchor] = []


class _Format(msgspec.Struct, frozen=True):
    format: str = ""


def read_package(octets: bytes) -> Package:
    """The package in a file; raises `EvidenceError` that names the place."""
    if len(octets) > PACKAGE_LIMIT:
        raise EvidenceError("evidence.too-long", most=PACKAGE_LIMIT, place="")
    try:
        told = msgspec.json.decode(octets, type=_Format).format
        if told != FORMAT:
            raise EvidenceError("evidence.format", part=told[:80], place="$.format")
        wire = msgspec.json.decode(octets, type=_Package)
        require_faithful(octets)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise EvidenceError("evidence.json", place=_place(error)) from error
    except NguonError as error:
        raise error if isinstance(error, EvidenceError) else _unfaithful(error) from error
    _limited(len(wire.entries), "$.entries")
    _limited(len(wire.completeness), "$.completeness")
    _limited(len(wire.anchors), "$.anchors")
    return Package(
        wire.checkpoint.encode(),
        tuple(_entry(one, f"$.entries[{n}]") for n, one in enumerate(wire.entries)),
        tuple(_complete(one, f"$.completeness[{n}]") for n, one in enumerate(wire.completeness)),
        tuple(_anchor(one, f"$.anchors[{n}]") for n, one in enumerate(wire.anchors)),
    )


def _place(error: Exception) -> str:
    """What the decoder says of where, such as ``$.entries[0].index``."""
    _, _, place = str(error).rpartition("at `")
    return place.rstrip("`") if place.startswith("$") else "$"


def _unfaithful(error: NguonError) -> EvidenceError:
    return EvidenceError("evidence.json", place=str(error.params.get("pointer") or "$"))


def _limited(count: int, place: str) -> None:
    if count > ENTRY_LIMIT:
        raise EvidenceError("evidence.too-many", most=ENTRY_LIMIT, place=place)


def _entry(wire: _Entry, place: str) -> Entry:
    if len(wire.proof) > _HASH_LIMIT:
        raise EvidenceError("evidence.form", place=f"{place}.proof")
    return Entry(
        wire.index,
        tuple(_hashes(wire.proof, f"{place}.proof")),
        wire.entry.encode(),
        _opening(wire.opening, f"{place}.opening"),
        wire.event or None,
        wire.context or None,
        wire.statement or None,
        tuple(wire.marks) if wire.marks else None,
    )


def _opening(wire: _Opening | msgspec.UnsetType, place: str) -> Opening | None:
    if wire is msgspec.UNSET:
        return None
    return read_opening(msgspec.to_builtins(wire), place)


def _hashes(spelled: list[str], place: str) -> Iterator[bytes]:
    for number, each in enumerate(spelled):
        found = hash_of(each)
        if found is None:
            raise EvidenceError("evidence.form", place=f"{place}[{number}]")
        yield found


def _complete(wire: _Complete, place: str) -> Complete:
    _limited(len(wire.list), f"{place}.list")
    secret = url_octets(wire.secret)
    if secret is None or len(secret) != 32:
        raise EvidenceError("evidence.form", place=f"{place}.secret")
    hashes = _hashes([one.leaf for one in wire.list], f"{place}.list")
    return Complete(
        wire.item,
        secret,
        _entry(wire.head, f"{place}.head"),
        _map_proof(wire.map_proof, f"{place}.map_proof"),
        tuple(Listed(one.index, leaf) for one, leaf in zip(wire.list, hashes, strict=True)),
    )


def _map_proof(text: str, place: str) -> MapProof:
    try:
        return read_map_proof(text.encode())
    except ProofError as error:
        raise EvidenceError("evidence.form", place=place) from error


def _anchor(wire: _Anchor, place: str) -> Anchor:
    token = octets_of(wire.token)
    if token is None:
        raise EvidenceError("evidence.form", place=f"{place}.token")
    if len(wire.proof) > _HASH_LIMIT:
        raise EvidenceError("evidence.form", place=f"{place}.proof")
    proof = tuple(_hashes(wire.proof, f"{place}.proof"))
    return Anchor(wire.kind, wire.checkpoint.encode(), token, proof)
