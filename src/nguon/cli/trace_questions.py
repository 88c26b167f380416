# SPDX-License-Identifier: Apache-2.0
"""``nguon trace CODE --ask …``: an inspector's questions at the command line."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import click
from msgspec import structs

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.messages import text
from nguon.cli.output import print_json
from nguon.store import Store
from nguon.trace import Direction, Limits, trace
from nguon.trace.asking import dispersion
from nguon.trace.asking.balance import Account, ledger
from nguon.trace.asking.common import common_causes
from nguon.trace.asking.comparing import Comparison, compare
from nguon.trace.asking.gaps import gaps_of
from nguon.trace.asking.holdings import goods, holdings_of
from nguon.trace.asking.lineages import WHOLE_GOODS
from nguon.trace.asking.origins import Origins, origins_of
from nguon.trace.service import findings_of
from nguon.trace.steps import is_product
from nguon.web import trace_questions_views as views
from nguon.web.trace_ledger_views import LedgerView, ledger_view


class Ask(StrEnum):
    """What can be asked."""

    WHO = "who"
    LEFT = "left"
    FROM = "from"
    GAPS = "gaps"
    COMMON = "common"
    BALANCE = "balance"
    DISPERSION = "dispersion"
    COMPARE = "compare"


class Asked(NamedTuple):
    """A question: the things it is about, other codes given with them, and as known when."""

    store: Store
    audience: Audience
    keys: Sequence[str]
    others: Sequence[str]
    limits: Limits
    upto_seq: int | None
    cut: bool = False
    """Whether there is more to begin from."""

    @property
    def upto(self) -> int:
        return self.store.events.head()[0] if self.upto_seq is None else self.upto_seq


def print_answer(question: Ask, asked: Asked, *, as_json: bool) -> None:
    """Answer at the command line: as JSON, or a line for each finding."""
    if question in _OF_ONE and len(asked.keys) > 1:
        raise click.UsageError(
            f"--ask {question} is about one thing; this stands for {len(asked.keys)}: give one"
        )
    answer = _ANSWERS[question](asked)
    answer = structs.replace(answer, truncated=answer.truncated or asked.cut)
    if as_json:
        print_json(answer)
        return
    for line in _lines(answer):
        click.echo(line)
    if answer.truncated:
        click.echo(_CUT)


def _who(asked: Asked) -> views.HoldingsView:
    """Who has the things and all that was made of them."""
    found = findings_of(
        asked.store, asked.keys, Direction.FORWARD, limits=asked.limits, upto_seq=asked.upto
    )
    reached = [key for one in found for key, (_, mode) in one.depths.items() if mode in WHOLE_GOODS]
    cut = any(one.truncated for one in found)
    return _holdings(asked, goods([*asked.keys, *reached]), truncated=cut)


def _left(asked: Asked) -> views.HoldingsView:
    """Where the things themselves are."""
    return _holdings(asked, asked.keys, truncated=False)


def _holdings(asked: Asked, keys: Sequence[str], *, truncated: bool) -> views.HoldingsView:
    found = holdings_of(asked.store, keys, upto_seq=asked.upto)
    shown = [views.holding_view(one) for one in found.holdings]
    cut = truncated or found.truncated
    return views.HoldingsView(asked.upto, sum(one.things for one in shown), cut, shown)


def _from(asked: Asked) -> Origins:
    return origins_of(
        asked.store, asked.audience, asked.keys, limits=asked.limits, upto_seq=asked.upto
    )


def _gaps(asked: Asked) -> views.GapsView:
    """Back to the origins and forward to whoever got it; what both ways show is told once."""
    shown: dict[tuple[str, str, str], views.GapView] = {}
    truncated = False
    for way in Direction:
        lineage = trace(asked.store, asked.audience, asked.keys[0], way, upto_seq=asked.upto)
        found = gaps_of(asked.store, asked.audience, lineage)
        truncated = truncated or lineage.truncated or found.truncated
        for one in found.gaps:
            words = text(one.code, "en", **one.params)
            told = views.gap_view(one, None, words, None)
            shown[told.at or "", told.kind, told.key] = told
    gaps = [shown[name] for name in sorted(shown)]
    return views.GapsView(asked.keys[0], asked.upto, truncated, gaps)


def _common(asked: Asked) -> views.CausesView:
    return views.causes_view(
        common_causes(
            asked.store, asked.audience, [*asked.keys, *asked.others], upto_seq=asked.upto
        )
    )


def _balance(asked: Asked) -> LedgerView:
    """The ledger of a lot or product; with a party's or place's code, theirs."""
    key = asked.keys[0]
    kinds = {one.partition("/")[0]: one for one in asked.others}
    account = Account(
        kinds.get("417"),
        kinds.get("414"),
        *((key, None) if is_product(key) else (None, key)),
    )
    return ledger_view(ledger(asked.store, asked.audience, account, upto_seq=asked.upto))


def _dispersion(asked: Asked) -> views.DispersionView:
    found = dispersion.of(
        asked.store, asked.audience, asked.keys[0], limits=asked.limits, upto_seq=asked.upto
    )
    return views.dispersion_view(found)


def _compare(asked: Asked) -> Comparison:
    if len(asked.others) != 1:
        raise click.UsageError("--ask compare needs one --with CODE")
    return compare(asked.store, asked.audience, asked.keys[0], asked.others[0], upto_seq=asked.upto)


_ANSWERS: Mapping[Ask, Callable[[Asked], Any]] = {
    Ask.WHO: _who,
    Ask.LEFT: _left,
    Ask.FROM: _from,
    Ask.GAPS: _gaps,
    Ask.COMMON: _common,
    Ask.BALANCE: _balance,
    Ask.DISPERSION: _dispersion,
    Ask.COMPARE: _compare,
}


def codes(given: Sequence[str]) -> list[str]:
    """The keys of other codes; raises `gs1.IdentifierError`."""
    return [gs1.parse(one).key for one in given]


def _lines(answer: Any) -> list[str]:
    match answer:
        case views.HoldingsView():
            return [_holding(one) for one in answer.holdings]
        case Origins():
            return [
                f"{one.key}  {one.area or one.place or '?'}  {one.party or '?'}"
                for one in answer.origins
            ]
        case views.GapsView():
            return [f"{one.at}  {one.key}  {one.words}  ask: {one.ask}" for one in answer.gaps]
        case views.CausesView():
            return [
                f"{one.score}  {len(one.explains)}/{len(answer.complaints)}  "
                f"{one.touches}/{one.goods}  {one.kind}  {one.key}"
                for one in answer.causes
            ]
        case LedgerView():
            return [
                f"{one.at}  {one.kind}  {one.lot}  {one.change} {one.unit}  = {one.stock}"
                f"  {' '.join(one.flags)}".rstrip()
                for one in answer.entries
            ]
        case views.DispersionView():
            return [
                f"downward {answer.downward}, upward {answer.upward}, total {answer.total}",
                f"worst {_amounts(answer.worst)}; mean {_amounts(answer.mean)}",
                f"completeness {answer.completeness}; accounted {answer.accounted}",
            ]
    return [
        *(f"both  {one.key}  {one.depth_a}, {one.depth_b}" for one in answer.shared),
        *(f"parts at  {key}" for key in answer.parting),
    ]


_OF_ONE = frozenset({Ask.GAPS, Ask.BALANCE, Ask.DISPERSION, Ask.COMPARE})
_CUT = "More exists than was read (a limit was met): this answer is not complete."


def _holding(one: views.HoldingView) -> str:
    whose = f"{one.party or '?'}  {one.place or '?'}"
    return f"{one.state}  {whose}  {one.things} things  {_amounts(one.quantities)}"


def _amounts(found: Sequence[views.QuantityView]) -> str:
    return ", ".join(f"{one.amount} {one.unit} {one.product or ''}".rstrip() for one in found)
