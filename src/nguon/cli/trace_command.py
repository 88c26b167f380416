# SPDX-License-Identifier: Apache-2.0
"""``nguon trace``: where things came from, or where they went."""

from typing import Any

import click

from nguon.base.audience import Audience
from nguon.base.time import from_microseconds, rfc3339
from nguon.cli.output import json_option, print_json
from nguon.cli.trace_questions import Ask, Asked, codes, print_answer
from nguon.cli.workplace import opened, operator
from nguon.gs1 import item_key
from nguon.store import Store
from nguon.trace.answering import Answer, answer
from nguon.trace.known import seq_at
from nguon.trace.model import Confidence, Direction, Following, Limits, LinkKind, Mode, Shared
from nguon.trace.moments import moment, span
from nguon.trace.service import Question
from nguon.trace.starting import StartKind, Starts, starts
from nguon.trace.views import view


@click.command("trace")
@click.argument("item")
@click.option(
    "--direction",
    type=click.Choice([way.value for way in Direction]),
    default=Direction.BACK.value,
    help="Back to the origins, or forward to whoever got it.",
)
@click.option(
    "--follow",
    type=click.Choice([kind.value for kind in LinkKind]),
    multiple=True,
    help="A kind of links to follow; all unless given.",
)
@click.option(
    "--least",
    type=click.Choice([level.name.lower() for level in Confidence]),
    default=Confidence.LOT.name.lower(),
    show_default=True,
    help="Follow links of this confidence and more.",
)
@click.option(
    "--shared-hours",
    type=click.IntRange(0, 24 * 366),
    help="Follow also what was at the same place so many hours later (back: before).",
)
@click.option("--shared-at", multiple=True, help="…at this place alone; may be repeated.")
@click.option("--since", default="", help="Of a place, party or document: goods from then on.")
@click.option("--until", default="", help="…and up to then.")
@click.option("--max-things", type=click.IntRange(1), default=Limits().nodes, show_default=True)
@click.option("--max-depth", type=click.IntRange(1), default=Limits().depth, show_default=True)
@click.option("--as-of", type=click.IntRange(0), help="Log position: as known then.")
@click.option("--as-known-at", default="", help="RFC 3339 time: as recorded up to then.")
@click.option(
    "--ask",
    type=click.Choice([question.value for question in Ask]),
    help="Ask who has it, what is left, where it is from, for gaps, common causes (and more).",
)
@click.option("--with", "others", multiple=True, help="Another code that --ask is about.")
@json_option
def command(item: str, as_json: bool, **options: Any) -> None:
    """Trace an item, lot, pallet, product, place, party or document through the records."""
    with opened() as store:
        audience = operator()
        found = _starts(store, audience, item, options)
        if options["ask"]:
            ask = Ask(options["ask"])
            question, others = _question(store, found, options), codes(options["others"])
            whole = ask is Ask.BALANCE and found.kind is StartKind.PRODUCT
            asked = Asked(
                store,
                audience,
                (found.key,) if whole else question.keys,
                others,
                question.limits,
                question.upto_seq,
                found.truncated,
            )
            print_answer(ask, asked, as_json=as_json)
            return
        answered = answer(store, audience, _question(store, found, options))
    if as_json:
        print_json(view(found, answered))
    else:
        _print(found, answered)


def _starts(store: Store, audience: Audience, item: str, options: dict[str, Any]) -> Starts:
    since = span(options["since"])[0] if options["since"] else None
    until = span(options["until"])[1] if options["until"] else None
    return starts(store, audience, item, since=since, until=until)


def _question(store: Store, found: Starts, options: dict[str, Any]) -> Question:
    hours = options["shared_hours"]
    following = Following(
        frozenset(map(LinkKind, options["follow"])) or frozenset(LinkKind),
        Confidence[options["least"].upper()],
        None if hours is None else Shared(hours, frozenset(map(item_key, options["shared_at"]))),
    )
    upto_seq = options["as_of"]
    if options["as_known_at"]:
        if upto_seq is not None:
            raise click.UsageError("give --as-of or --as-known-at, not both")
        upto_seq = seq_at(store, moment(options["as_known_at"]))
    limits = Limits(nodes=options["max_things"], depth=options["max_depth"])
    keys = found.keys or (found.key,)
    return Question(keys, Direction(options["direction"]), limits, upto_seq, following)


def _print(begun: Starts, answered: Answer) -> None:
    lineage = answered.lineage
    if begun.truncated:
        click.echo(
            f"limit: begun from the {len(begun.keys)} things of its newest records, "
            "there are more to begin from",
            err=True,
        )
    for node in lineage.nodes:
        if node.mode is Mode.PROCESS:
            continue
        when = "" if node.last_time is None else _when(node.last_time)
        click.echo(f"{'  ' * node.depth}{node.key}  {node.mode.value}  {when}")
    for one in answered.backwards:
        late, early = _when(one.cause_time), _when(one.time)
        click.echo(f"backwards: {one.key}  {one.kind.value}  {early} before {late}", err=True)
    if lineage.limit is not None:
        click.echo(
            f"limit: {lineage.limit} at step {lineage.limit_depth}, "
            f"{lineage.unfollowed} things left unfollowed",
            err=True,
        )
    if lineage.erased:
        click.echo(f"erased: {lineage.erased} records about these things", err=True)
    more = " (a limit was met: there is more)" if lineage.truncated else ""
    things = len(lineage.keys())
    click.echo(f"{things} things, {len(lineage.links)} links{more}", err=True)


def _when(time: int) -> str:
    return rfc3339(from_microseconds(time))
