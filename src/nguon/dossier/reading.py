# SPDX-License-Identifier: Apache-2.0
"""A package of evidence as it comes: every member known, none twice; parts one by one."""

from typing import Any, TypeVar

import msgspec

from nguon.dossier.errors import DossierError
from nguon.dossier.model import FORMAT, LIMIT, PARTS, Dossier
from nguon.signing.errors import SigningError
from nguon.signing.strict_json import read_object

_T = TypeVar("_T")
_BEGIN = b'{"format":"nguon/evidence@'


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    manifest: str
    parts: dict[str, str]


def is_dossier(octets: bytes) -> bool:
    """Whether a file says that it is a package of evidence, of whatever version."""
    return octets.startswith(_BEGIN)


def read(octets: bytes) -> Dossier:
    """The package in a file; raises `DossierError` that names the place.

    Its octets must be as `nguon.dossier.model.Dossier` writes them: another spelling of the
    same members is refused, so that no octet of a file goes unchecked.
    """
    if len(octets) > LIMIT:
        raise DossierError("dossier.too-long", most=LIMIT)
    try:
        wire = msgspec.json.decode(octets, type=_Wire)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DossierError("dossier.form", place="$") from error
    if wire.format != FORMAT:
        raise DossierError("dossier.format", found=wire.format[:80])
    if len(wire.parts) > PARTS:
        raise DossierError("dossier.too-many", most=PARTS)
    found = Dossier(wire.manifest, wire.parts)
    if bytes(found) != octets.rstrip(b"\n"):
        raise DossierError("dossier.form", place="$")
    return found


def part(text: str, kind: type[_T], place: str) -> _T:
    """What a part says; raises `DossierError` (``dossier.form``) for unknown members too."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DossierError("dossier.form", place=_place(place, error)) from error


def strict(octets: bytes, place: str) -> dict[str, Any]:
    """A JSON object that reads only one way; raises `DossierError`."""
    try:
        return read_object(octets, place)
    except SigningError as error:
        raise DossierError("dossier.form", place=place) from error


def _place(place: str, error: Exception) -> str:
    _, _, inside = str(error).rpartition("at `$")
    return place + inside.rstrip("`") if "at `$" in str(error) else place
