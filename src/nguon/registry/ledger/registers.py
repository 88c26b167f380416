# SPDX-License-Identifier: Apache-2.0
"""What the registers say of codes: holder, land, papers with their standing; read in batches."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection, RowMapping

from nguon.registry import history
from nguon.registry.ledger import goods
from nguon.registry.ledger.facts import CodeFacts, Paper
from nguon.registry.model import Register, Scheme
from nguon.store import land
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.vn.units import commune

_SCHEMES = frozenset({Scheme.PLANTING_AREA.value, Scheme.PACKING_HOUSE.value})
_KILOGRAMS = {"KGM": Decimal(1), "TNE": Decimal(1000)}


def facts_of(connection: Connection, codes: Iterable[str], at: datetime) -> dict[str, CodeFacts]:
    """The facts of codes for a use at a time; a code that nobody holds has no holder."""
    asked = list(dict.fromkeys(codes))
    places = places_of_codes(connection, asked)
    papers = _papers(connection, places, asked, at)
    measured = land.current(connection, sorted(row["key"] for row in places.values()))
    areas = {key: _decimal(row["area_ha"]) for key, row in measured.items()}
    bare = [row["key"] for row in places.values() if row["key"] not in measured]
    areas |= _of_plots(connection, bare, at)
    return {code: _facts(code, places.get(code), papers.get(code, ()), areas) for code in asked}


def _of_plots(
    connection: Connection, keys: Sequence[str], at: datetime
) -> dict[str, Decimal | None]:
    """The measured area of places without a boundary: that of all their approved plots.

    A plot that nobody measured leaves the sum unknown: it would be too small.
    """
    plots = rows.rows(connection, tables.place, "parent", keys) if keys else []
    known = history.standing_in(connection, Register.PLACE, [row["key"] for row in plots], at=at)
    approved = [row for row in plots if known[row["key"]].status is history.Status.APPROVED]
    drawn = land.current(connection, [row["key"] for row in approved])
    found: dict[str, list[Decimal | None]] = {}
    for row in approved:
        boundary = drawn.get(row["key"])
        area = None if boundary is None else _decimal(boundary["area_ha"])
        found.setdefault(row["parent"], []).append(area)
    return {
        key: sum((area for area in areas if area is not None), Decimal(0))
        for key, areas in found.items()
        if None not in areas
    }


def places_of_codes(connection: Connection, codes: Sequence[str]) -> dict[str, RowMapping]:
    """The place that bears each code: by its own key before its national code."""
    found = {row["national_key"]: row for row in reversed(_national(connection, codes))}
    return {
        **found,
        **{row["key"]: row for row in rows.rows(connection, tables.place, "key", codes)},
    }


def codes_held(connection: Connection, holder: int) -> list[str]:
    """The area and packing-house codes that an organisation holds, in order."""
    found = set()
    for row in rows.rows(connection, tables.place, "holder", [holder]):
        key = row["national_key"] or row["key"]
        if history.code_key(key) is not None:
            found.add(key)
    return sorted(found)


def province_of_organisation(connection: Connection, number: int) -> str | None:
    """Where an organisation has its seat, where that is known."""
    found = rows.rows(connection, tables.organisation, "id", [number])
    unit = commune(found[0]["commune"]) if found and found[0]["commune"] else None
    return None if unit is None else unit.province.code


def party(connection: Connection, written: str) -> int | None:
    """The one organisation that a code, a GLN or a full name means.

    Anybody may choose a code that looks like another's GLN: where the two differ, nobody is meant.
    """
    table = tables.organisation
    found = [*rows.rows(connection, table, "code", [written])]
    found += rows.rows(connection, table, "gln", [written])
    found = found or rows.rows(connection, table, "name_vi", [written])
    numbers = {int(row["id"]) for row in found}
    return numbers.pop() if len(numbers) == 1 else None


def crop_of_product(connection: Connection, product: str) -> str | None:
    """The crop that a product is of, as its maker registered it."""
    found = rows.rows(connection, tables.product, "key", [product])
    return goods.crop(found[0]["crop"]) if found and found[0]["crop"] else None


def _national(connection: Connection, codes: Sequence[str]) -> list[RowMapping]:
    return rows.rows(connection, tables.place, "national_key", codes)


def _papers(
    connection: Connection, places: Mapping[str, RowMapping], codes: Sequence[str], at: datetime
) -> dict[str, tuple[Paper, ...]]:
    found: dict[str, list[RowMapping]] = {}
    wanted = {key: code for code in codes if (key := history.code_key(code)) is not None}
    for row in _certificates(connection, places, codes):
        code = wanted.get(history.certificate_key(row["scheme"], row["number"]))
        if code is not None:
            found.setdefault(code, []).append(row)
    then = history.standing_in(connection, Register.CERTIFICATE, wanted, at=at)
    now = history.standing_in(connection, Register.CERTIFICATE, wanted, at=datetime.now(UTC))
    keys = {code: key for key, code in wanted.items()}
    return {
        code: tuple(_paper(row, then[keys[code]], now[keys[code]]) for row in papers)
        for code, papers in found.items()
    }


def _certificates(
    connection: Connection, places: Mapping[str, RowMapping], codes: Sequence[str]
) -> list[RowMapping]:
    """The papers of codes: by place, by number as written, by holder where it is written else."""
    table, held = tables.certificate, list(places.values())
    numbers = [code.partition(":")[2] for code in codes]
    numbers += [row["national_code"] for row in held if row["national_code"]]
    named = [(scheme, number) for scheme in sorted(_SCHEMES) for number in numbers]
    found = rows.by_keys(connection, table, ["scheme", "number"], named)
    places_named = [*(row["key"] for row in held), *codes]
    for column, keys in (("place", places_named), ("organisation", [r["holder"] for r in held])):
        for row in rows.rows(connection, table, column, keys):
            if row["scheme"] in _SCHEMES:
                found[row["scheme"], row["number"]] = row
    return [found[key] for key in sorted(found)]


def _paper(row: RowMapping, then: history.Standing, now: history.Standing) -> Paper:
    return Paper(
        number=row["number"],
        status=then.status.value,
        since=then.valid_from,
        reason="\n".join(filter(None, (then.reason, then.note))) or None,
        status_now=now.status.value,
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        crops=frozenset({goods.crop(row["crop"])} if row["crop"] else ()),
        markets=frozenset(map(goods.market, _several(row["markets"]))),
    )


def _facts(
    code: str,
    place: RowMapping | None,
    papers: tuple[Paper, ...],
    measured: Mapping[str, Decimal | None],
) -> CodeFacts:
    if place is None:
        return CodeFacts(code=code)
    unit = commune(place["commune"]) if place["commune"] else None
    area, basis = _area(_decimal(place["area_ha"]), measured.get(place["key"]))
    return CodeFacts(
        code=code,
        holder=place["holder"],
        province=None if unit is None else unit.province.code,
        crops=frozenset({goods.crop(place["crop"])} if place["crop"] else ()),
        area=area,
        basis=basis,
        capacity=_capacity(place),
        papers=papers,
    )


def _area(declared: Decimal | None, measured: Decimal | None) -> tuple[Decimal | None, str | None]:
    """The smaller of declared and measured, and which it is."""
    if measured is not None and (declared is None or measured < declared):
        return measured, "measured"
    return declared, None if declared is None else "declared"


def _capacity(place: Mapping[Any, Any]) -> Decimal | None:
    found, weight = _decimal(place["capacity"]), _KILOGRAMS.get(place["capacity_unit"] or "KGM")
    return None if found is None or weight is None else found * weight


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _several(text: str | None) -> list[str]:
    return [line for line in (text or "").splitlines() if line]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
