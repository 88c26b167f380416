# SPDX-License-Identifier: Apache-2.0
"""``nguon drill``: recalls and traces tried out on the records as they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from nguon.base.messages import text
from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import OPERATOR, opened
from nguon.inspections import holds as of_holds
from nguon.parties.keys.reading import verified
from nguon.recall import report as of_recalls
from nguon.recall.drills import queries, report, service
from nguon.recall.drills.model import Answer, Asked, Drill, Kind
from nguon.recall.drills.queries import View
from nguon.store import Store


@click.group("drill")
def command() -> None:
    """Mock recalls, trace exercises, mass balances and audits; nothing is stopped."""


@command.command("start")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("code")
@click.option("--title", default="", help="How the drill is called.")
@click.option("--account", default="", help="Of a mass balance: the party or place.")
@json_option
def start(kind: str, code: str, title: str, account: str, as_json: bool) -> None:
    """Begin a drill of KIND on the goods with CODE; the clock runs from now on."""
    with opened() as store:
        asked = Asked(kind=Kind(kind), start=code, title=title, account=account)
        made = service.start(store, OPERATOR, asked)
        _show(queries.view(store, OPERATOR, made.id), as_json=as_json)


@command.command("list")
@json_option
def listed(as_json: bool) -> None:
    """The drills made at this command line, the latest first."""
    with opened() as store:
        found = list(_every(store))
    if as_json:
        print_json(found)
        return
    for one in found:
        state = "ended" if one.ended else "running"
        click.echo(f"{one.id}  {one.kind.value}  {state}  {one.title}")


@command.command("show")
@click.argument("number")
@json_option
def show(number: str, as_json: bool) -> None:
    """A drill with its clock, terms and answers."""
    with opened() as store:
        _show(queries.view(store, OPERATOR, number), as_json=as_json)


@command.command("note")
@click.argument("number")
@click.argument("site", type=int)
@click.option("--words", default="", help="What was said.")
def note(number: str, site: int, words: str) -> None:
    """Write down that a SITE of a drill answered."""
    with opened() as store:
        service.note(store, OPERATOR, number, site, Answer(words=words))


@command.command("end")
@click.argument("number")
def end(number: str) -> None:
    """End a drill: no answer counts afterwards."""
    with opened() as store:
        service.end(store, OPERATOR, number)


@command.command("report")
@click.argument("number")
def signed(number: str) -> None:
    """The report of a drill, signed by the server's own key: a compact JWS."""
    with opened() as store:
        click.echo(report.signed(store, OPERATOR, number).jws)


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("keys", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path, keys: Path) -> None:
    """Verify the signed report in FILE by KEYS, the server's /.well-known/did.json; prints it.

    Needs no server and no database. Reports of recalls and orders to hold goods too.
    """
    document = msgspec.json.decode(keys.read_bytes(), type=dict[str, Any])
    read = verified(file.read_text("ascii").strip(), document, *_TYPES)
    print_json(msgspec.json.decode(read.payload))


def _every(store: Store) -> Iterator[Drill]:
    part = queries.listed(store, OPERATOR)
    yield from part
    while part.after is not None:
        part = queries.listed(store, OPERATOR, after=part.after)
        yield from part


_TYPES = (report.TYPE, of_recalls.TYPE, of_holds.TYPE)


def _show(found: View, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    drill, figures = found.drill, found.figures
    click.echo(f"{drill.id}  {drill.kind.value}  {drill.title}")
    lines: list[tuple[str, Any]] = [
        ("seconds to trace", figures.seconds_to_trace),
        ("things", drill.result.things),
        ("sites", drill.result.sites),
        ("missing answers", found.missing),
        ("recovered", figures.recovered),
    ]
    for name, value in lines:
        click.echo(f"  {name}: {'–' if value is None else value}")
    for one in found.judged:
        met = {True: "met", False: "unmet", None: "open"}[one.met]
        click.echo(f"  {text(f'drills.{met}', 'en')}: {one.term.source}")
    for way in drill.result.ways:
        click.echo(f"  {way.direction.value}: {way.things} things, {way.gaps} gaps")
    for balance in drill.result.balances:
        click.echo(f"  {balance.lot}: {balance.accounted} % of {balance.came} {balance.unit}")
    for check in drill.result.checks:
        click.echo(f"  {check.code} {check.of}: {check.mark.value}")
