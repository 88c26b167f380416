# SPDX-License-Identifier: Apache-2.0
"""Rows become everyday entries: one a row, or one for the rows of the same paper; pure.

Each entry keeps the rows it was made of, so that what is wrong with an entry
is told at its row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from nguon.codes import lots
from nguon.entries.model import (
    Entry,
    Harvest,
    Line,
    Output,
    Pack,
    Reason,
    Receive,
    Sell,
    Ship,
    Withdraw,
    lot_key,
)
from nguon.entries.sheets.names import Names
from nguon.entries.sheets.rows import Draft, Values
from nguon.entries.sheets.words import Kind

_BEFORE = timedelta(minutes=1)


class Built(msgspec.Struct, frozen=True):
    """An entry and the numbers of its rows; ``rows[i]`` is that of line i, where it has lines."""

    entry: Entry
    rows: tuple[int, ...]


def build(kind: Kind, drafts: Sequence[Draft], names: Names) -> list[Built]:
    """The entries of a table's rows, in their order."""
    return [one for group in _groups(kind, drafts) for one in _MADE[kind](group, names)]


_TOGETHER: Mapping[Kind, tuple[str, ...]] = {
    Kind.RECEIVE: ("day", "place", "giver", "document", "note"),
    Kind.SHIP: (
        "day", "place", "receiver", "destination", "document", "vehicle", "market", "note",
    ),
    Kind.SELL: ("day", "place", "note"),
    Kind.WITHDRAW: ("day", "place", "reason", "note"),
    Kind.PACK: ("day", "place", "order", "note"),
}  # fmt: skip
"""What the rows of one entry have in common."""


def _groups(kind: Kind, drafts: Sequence[Draft]) -> list[list[Draft]]:
    if kind not in _TOGETHER:
        return [list(drafts)]
    found: dict[tuple[Any, ...], list[Draft]] = {}
    for draft in drafts:
        key = tuple(draft.values.get(field) for field in _TOGETHER[kind])
        found.setdefault(key, []).append(draft)
    return list(found.values())


def _harvested(drafts: Sequence[Draft], names: Names) -> Iterator[Built]:
    for draft, harvest in _harvests(drafts, names, timedelta()):
        yield Built(harvest, (draft.number,))


def _delivered(drafts: Sequence[Draft], names: Names) -> Iterator[Built]:
    """Each row is the household's harvest and, a minute later, its receipt at the house."""
    for draft, harvest in _harvests(drafts, names, _BEFORE):
        values = draft.values
        receive = Receive(
            at=values["day"], note=values.get("note"), place=values["place"],
            giver=harvest.grower, origin=harvest.plot,
            lines=(Line(harvest.item, harvest.quantity),),
        )  # fmt: skip
        yield Built(harvest, (draft.number,))
        yield Built(receive, (draft.number,))


def _harvests(
    drafts: Sequence[Draft], names: Names, before: timedelta
) -> Iterator[tuple[Draft, Harvest]]:
    taken = {draft.values["lot"] for draft in drafts if "lot" in draft.values}
    for draft in drafts:
        values = draft.values
        area, plot = values["area"]
        lot = values.get("lot") or _new_lot(values, names, taken)
        taken.add(lot)
        yield draft, Harvest(
            at=values["day"] - before, note=values.get("note"), grower=values["grower"],
            area=area, plot=plot, product=values["product"], lot=lot,
            quantity=values["quantity"],
        )  # fmt: skip


def _new_lot(values: Values, names: Names, taken: set[str]) -> str:
    """A lot named after the household and the day; the same rows give the same lots."""
    stamp = lots.stamp(values["day"].date())
    code = lots.offered(names.code_of(values["grower"]))[-(lots.MOST - 1 - len(stamp)) :]
    lot, number = f"{code}-{stamp}", 1
    while lot in taken:
        number += 1
        tail = f"-{number}"
        lot = f"{code[: lots.MOST - 1 - len(stamp) - len(tail)]}-{stamp}{tail}"
    return lot


def _lines(drafts: Sequence[Draft]) -> tuple[Line, ...]:
    return tuple(
        Line(lot_key(d.values["product"], d.values["lot"]), d.values["quantity"]) for d in drafts
    )


def _rows(drafts: Sequence[Draft]) -> tuple[int, ...]:
    return tuple(draft.number for draft in drafts)


def _received(drafts: Sequence[Draft], _: Names) -> Iterator[Built]:
    first = drafts[0].values
    yield Built(
        Receive(
            at=first["day"], note=first.get("note"), place=first["place"], giver=first["giver"],
            document=first.get("document"), lines=_lines(drafts),
        ),
        _rows(drafts),
    )  # fmt: skip


def _shipped(drafts: Sequence[Draft], _: Names) -> Iterator[Built]:
    first = drafts[0].values
    told = {field: first.get(field) for field in ("destination", "document", "vehicle", "market")}
    entry = Ship(
        at=first["day"], note=first.get("note"), place=first["place"],
        receiver=first["receiver"], lines=_lines(drafts), **told,
    )  # fmt: skip
    yield Built(entry, _rows(drafts))


def _sold(drafts: Sequence[Draft], _: Names) -> Iterator[Built]:
    first = drafts[0].values
    place, note = first["place"], first.get("note")
    yield Built(Sell(at=first["day"], note=note, place=place, lines=_lines(drafts)), _rows(drafts))


def _withdrawn(drafts: Sequence[Draft], _: Names) -> Iterator[Built]:
    first = drafts[0].values
    entry = Withdraw(
        at=first["day"], note=first.get("note"), place=first["place"], lines=_lines(drafts),
        reason=Reason(first["reason"]),
    )  # fmt: skip
    yield Built(entry, _rows(drafts))


def _packed(drafts: Sequence[Draft], _: Names) -> Iterator[Built]:
    """The rows of one order: what went in, what came out, each row with either or both.

    A lot that came out stands in several rows where its cells were merged: it is made once.
    """
    into = [draft for draft in drafts if "input_lot" in draft.values]
    out = dict.fromkeys(_output(draft) for draft in drafts if "output_lot" in draft.values)
    first = drafts[0].values
    entry = Pack(
        at=first["day"], note=first.get("note"), place=first["place"],
        order=first.get("order"), inputs=tuple(map(_input, into)), outputs=tuple(out),
    )  # fmt: skip
    yield Built(entry, _rows(into or drafts))


def _input(draft: Draft) -> Line:
    values = draft.values
    return Line(lot_key(values["input_product"], values["input_lot"]), values["input_quantity"])


def _output(draft: Draft) -> Output:
    values = draft.values
    return Output(
        values["output_product"], values["output_lot"], values["output_quantity"],
        values.get("content"), values.get("best_before"),
    )  # fmt: skip


_MADE: Mapping[Kind, Callable[[Sequence[Draft], Names], Iterator[Built]]] = {
    Kind.HARVEST: _harvested,
    Kind.DELIVERIES: _delivered,
    Kind.RECEIVE: _received,
    Kind.SHIP: _shipped,
    Kind.SELL: _sold,
    Kind.WITHDRAW: _withdrawn,
    Kind.PACK: _packed,
}
