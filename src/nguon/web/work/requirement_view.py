# SPDX-License-Identifier: Apache-2.0
"""Judged requirements as lines of a page: words, tag, clause, who owes it, where it is done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from nguon.base.messages import Language, hint, text
from nguon.compliance.loader import instrument
from nguon.compliance.model import Desk, Judged, Requirement, State, Supplier

TAGS = {
    State.COMPLETE: "good",
    State.MISSING: "danger",
    State.NOT_DECLARED: "",
    State.NOT_VISIBLE: "gold",
    State.NOT_APPLICABLE: "",
}
ORDER = (
    State.MISSING,
    State.NOT_DECLARED,
    State.NOT_VISIBLE,
    State.COMPLETE,
    State.NOT_APPLICABLE,
)
_ENTRIES = {
    **dict.fromkeys(Supplier, "/w/pack"),
    Supplier.GROWER: "/w/harvest",
    Supplier.RECEIVER: "/w/receive",
    Supplier.SHIPPER: "/w/ship",
    Supplier.SELLER: "/w/sell",
}
_OPEN = frozenset({State.MISSING, State.NOT_DECLARED})


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement on a page."""

    field: str
    state: State
    tag: str
    words: str
    """The state in words, with the reason."""
    clause: str
    binding: str
    shown: str | None = None
    owes: str | None = None
    advice: str | None = None
    link: str | None = None
    lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one instrument: open ones, those that are there, those that do not apply."""

    title: str
    lines: tuple[Line, ...]
    done: tuple[Line, ...]
    apart: tuple[Line, ...]


def sections(found: Iterable[Judged], language: Language, item: str) -> list[Section]:
    """Lines by instrument, what is missing first."""
    by_instrument: dict[str, list[Judged]] = {}
    for one in found:
        by_instrument.setdefault(one.requirement.instrument, []).append(one)
    made = [_section(name, ones, language, item) for name, ones in by_instrument.items()]
    return sorted(made, key=lambda section: (not section.lines, not section.done))


def line(one: Judged, language: Language, item: str, lots: Sequence[str] = ()) -> Line:
    """One requirement; of an open one also who owes it, and where it is done."""
    row = one.requirement
    words = text(f"compliance.state-{one.state.value}", language)
    if one.reason is not None and one.reason != "absent":
        words += f": {text(f'compliance.reason-{one.reason}', language)}"
    lacking = one.state in _OPEN
    owes = text(f"compliance.supplier-{row.supplier.value}", language)
    number = instrument(row.instrument).number
    return Line(
        field=text(f"requirement.{row.field}", language),
        state=one.state,
        tag=TAGS[one.state],
        words=words,
        clause=f"{number}, {row.clause.in_language(language)}",
        binding=text(f"compliance.binding-{one.binding.value}", language),
        shown=one.shown,
        owes=owes if lacking else None,
        advice=hint(f"requirement.{row.field}", language) if lacking else None,
        link=where(row, item) if lacking else None,
        lots=tuple(lots),
    )


def where(row: Requirement, item: str) -> str | None:
    """The page on which an answer is entered."""
    if row.desk is Desk.ENTRY:
        asked = f"?item={quote(item, safe='')}" if row.supplier is Supplier.RECEIVER else ""
        return _ENTRIES[row.supplier] + asked
    if row.desk is Desk.SAMPLE:
        return f"/w/samples?item={quote(item, safe='')}"
    if row.desk is Desk.REGISTER:
        return "/w/registers"
    product = "/".join(item.split("/")[:2])
    known = row.desk is Desk.PRODUCT and product.startswith("01/")
    return f"/w/registers/product?key={quote(product, safe='')}" if known else None


def _section(name: str, ones: Sequence[Judged], language: Language, item: str) -> Section:
    lines = sorted(
        (line(one, language, item) for one in ones), key=lambda made: ORDER.index(made.state)
    )
    settled = {State.COMPLETE, State.NOT_APPLICABLE}
    return Section(
        text(f"instrument.{name}", language),
        tuple(made for made in lines if made.state not in settled),
        tuple(made for made in lines if made.state is State.COMPLETE),
        tuple(made for made in lines if made.state is State.NOT_APPLICABLE),
    )
