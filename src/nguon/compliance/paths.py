# SPDX-License-Identifier: Apache-2.0
"""Where the answer to a requirement is found: a small language that the requirement files speak.

``product.image``, ``maker.address``, ``lot.number``, ``lot.ilmd.harvestStartDate``,
``stages.where``; ``in[receiving].from`` (a step of what the lot was made of),
``lot[made].quantity`` (of the lot), ``out[shipping|departing].to`` (of the lot and
what carried it), ``event[harvesting].when`` (any); ``code[planting-area]``,
``certificate[haccp|gmp]``, ``report[cadmium]``, ``plots.geometry``, ``inputs.lots``,
``consignment.vehicle``, ``consignment.paper.origin``. Alternatives stand between ``||``.
"""

import re
from enum import StrEnum

import msgspec


class Subject(StrEnum):
    """What a path begins with."""

    PRODUCT = "product"
    MAKER = "maker"
    LOT = "lot"
    STAGES = "stages"
    EVENT = "event"
    IN = "in"
    OUT = "out"
    CODE = "code"
    CERTIFICATE = "certificate"
    REPORT = "report"
    PLOTS = "plots"
    INPUTS = "inputs"
    CONSIGNMENT = "consignment"


class Path(msgspec.Struct, frozen=True):
    """One way to the answer: ``words`` stood in brackets, ``member`` after the dot."""

    subject: Subject
    words: tuple[str, ...] = ()
    member: str = ""


ATTRIBUTES = frozenset(
    {"when", "where", "who", "what", "step", "quantity", "from", "to", "document"}
)
"""What may be asked of a recorded step."""

_STEPS = frozenset({Subject.EVENT, Subject.IN, Subject.OUT, Subject.LOT})
_NAMED = frozenset({Subject.CODE, Subject.CERTIFICATE, Subject.REPORT})
_MEMBERS = {
    Subject.PRODUCT: {
        "name", "image", "gtin", "brand", "model", "origin", "net_content", "storage",
        "warnings", "shelf_life", "standards", "description", "hs_code",
    },
    Subject.MAKER: {"name", "address", "code"},
    Subject.LOT: {"key", "number", "pieces"},
    Subject.STAGES: {"what", "where", "when", "step"},
    Subject.PLOTS: {"geometry"},
    Subject.INPUTS: {"lots"},
    Subject.CONSIGNMENT: {"consignee", "vehicle", "seal", "number"},
}  # fmt: skip
_FREE = {Subject.LOT: "ilmd.", Subject.CONSIGNMENT: "paper."}
CODES = frozenset({"planting-area", "packing-house", "pond"})
_SHAPE = re.compile(r"([a-z]+)(?:\[([a-z0-9_|-]+)\])?(?:\.([A-Za-z_.-]+))?")


def parse(text: str) -> tuple[Path, ...] | None:
    """The alternatives of a path; None where any of them means nothing."""
    found = [_one(part.strip()) for part in text.split("||")]
    known = tuple(path for path in found if path is not None)
    return known if len(known) == len(found) else None


def _one(text: str) -> Path | None:
    match = _SHAPE.fullmatch(text)
    if match is None or match[1] not in Subject.__members__.values():
        return None
    path = Path(
        Subject(match[1]), tuple((match[2] or "").split("|")) if match[2] else (), match[3] or ""
    )
    return path if _means_something(path) else None


def _means_something(path: Path) -> bool:
    if path.subject in _NAMED:
        known = path.subject is not Subject.CODE or CODES.issuperset(path.words)
        return bool(path.words) and not path.member and known
    if path.words:
        return path.subject in _STEPS and path.member in ATTRIBUTES
    prefix = _FREE.get(path.subject)
    if prefix is not None and path.member.startswith(prefix):
        return len(path.member) > len(prefix)
    return path.member in _MEMBERS.get(path.subject, ())
