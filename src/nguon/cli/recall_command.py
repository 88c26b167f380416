# SPDX-License-Identifier: Apache-2.0
"""``nguon recall``: recalls listed and shown, and led by an officer from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from nguon.base.time import from_microseconds
from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import OPERATOR, opened
from nguon.identity import access, mandates
from nguon.identity.accounts import people
from nguon.identity.model import Principal, Role
from nguon.recall import proofs, queries, report, service
from nguon.recall.inputs import Closing, Decision, LeftOut, Opening, Release, ScopeChoice
from nguon.recall.model import Level, Manner, Origin, Quantities, Recall, State
from nguon.recall.preview import Preview
from nguon.registry.service import attach
from nguon.store import Store

_OFFICERS = (Role.OFFICER, Role.OPERATOR)
_person = click.option(
    "--person", type=int, required=True, help="Number of the officer who takes the step."
)
_words = click.option("--words", required=True, help="Why, in some words.")
_leaving = click.option(
    "--leave-out",
    "left",
    multiple=True,
    metavar="KEY=REASON",
    help="A thing that is not followed, and why; may be repeated.",
)


@click.group("recall")
def command() -> None:
    """Recalls: listed, shown, and led by an officer."""


@command.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice([one.value for one in State]))
@json_option
def list_recalls(states: tuple[str, ...], as_json: bool) -> None:
    """The recalls, the first due first."""
    wanted = [State(one) for one in states] or None
    with _opened() as store:
        found = queries.listed(store, OPERATOR, states=wanted, limit=1000)
    if as_json:
        print_json(found)
        return
    for one in found:
        due = f"{one.due:%Y-%m-%d %H:%M}" if one.due else "-"
        click.echo(f"{one.id}  {one.state.value:<13} {due:<16}  {one.title}")


@command.command("show")
@click.argument("number")
@json_option
def show(number: str, as_json: bool) -> None:
    """A recall with its course."""
    with _opened() as store:
        found = queries.view(store, OPERATOR, number)
    if as_json:
        print_json(found)
        return
    _say(found.recall)
    for one in found.steps:
        click.echo(f"{one.at:%Y-%m-%d %H:%M}  {one.step.value:<12} {one.words or ''}".rstrip())


@command.command("sites")
@click.argument("number")
@json_option
def sites(number: str, as_json: bool) -> None:
    """The sites of a recall: who was told, what was answered and done."""
    with _opened() as store:
        found = queries.sites(store, OPERATOR, number, limit=100_000)
    if as_json:
        print_json(found)
        return
    for one in found:
        where = one.place or one.party or one.organisation
        told, held, done = (_amounts(part) for part in (one.told, one.held, one.disposed))
        click.echo(f"{one.id}  {one.state.value:<13} {where}  {told} / {held} / {done}")


@command.command("open")
@click.argument("title")
@click.argument("keys", nargs=-1, required=True)
@click.option("--origin", type=click.Choice([one.value for one in Origin]), required=True)
@click.option("--signal", help="The sample, the report or the alert that it is about.")
@click.option("--words", default="", help="What happened.")
@_person
def open_case(
    title: str, keys: tuple[str, ...], origin: str, signal: str | None, words: str, person: int
) -> None:
    """Open a case about suspected things, by their codes."""
    opening = Opening(title=title, origin=Origin(origin), keys=keys, words=words, signal=signal)
    with _opened() as store:
        _say(service.open_case(store, _officer(store, person), opening))


@command.command("preview")
@click.argument("number")
@_leaving
@_person
@json_option
def preview(number: str, left: tuple[str, ...], person: int, as_json: bool) -> None:
    """The numbers of a scope; nothing is kept and nobody is told."""
    with _opened() as store:
        found = service.preview(store, _officer(store, person), number, _choice(left))
    if as_json:
        print_json(found)
        return
    _say_numbers(found)


@command.command("decide")
@click.argument("number")
@click.option("--level", type=click.IntRange(1, 3), required=True, help="1 is the gravest.")
@click.option("--words-vi", required=True, help="What everybody is told, in Vietnamese.")
@click.option("--words-en", required=True, help="The same in English.")
@click.option("--instructions", default="", help="What sites have to do.")
@_leaving
@_person
def decide(
    number: str,
    level: int,
    words_vi: str,
    words_en: str,
    instructions: str,
    left: tuple[str, ...],
    person: int,
) -> None:
    """Settle the scope, show its numbers, and after a yes have the goods recalled."""
    decision = Decision(
        manner=Manner.MANDATORY,
        level=Level(level),
        words_vi=words_vi,
        words_en=words_en,
        instructions=instructions,
    )
    with _opened() as store:
        by, choice = _officer(store, person), _choice(left)
        found = service.preview(store, by, number, choice)
        _say_numbers(found)
        if found.truncated:
            click.confirm("Not all is known. Recall what is known?", abort=True)
            decision = msgspec.structs.replace(decision, partly=True)
        click.confirm("Tell all of these and stop the goods?", abort=True)
        seen = queries.find(store, by, number).seen
        settled = service.settle_scope(store, by, number, choice, seen=seen)
        _say(service.decide(store, by, number, decision, seen=settled.seen))


@command.command("report")
@click.argument("number")
@click.option("--signed", type=click.Path(path_type=Path), help="Write the signed report here.")
@click.option("--person", type=int, help="Number of the officer who has it signed.")
@json_option
def effectiveness(number: str, signed: Path | None, person: int | None, as_json: bool) -> None:
    """How well a recall works; with --signed also as a JWS, whose digest the log has."""
    with _opened() as store:
        found = report.effectiveness(store, OPERATOR, number)
        if signed is not None:
            if person is None:
                raise CommandError("recall.no-officer", person="-")
            signed.write_text(report.signed(store, _officer(store, person), number).jws)
    if as_json:
        print_json(found)
        return
    click.echo(f"sites {found.sites}, contacted {found.contacted} %, answered {found.answered} %")
    for name in ("told", "found", "held", "sold", "disposed"):
        click.echo(f"{name:<9} {_amounts(getattr(found, name))}")
    click.echo(f"accounted {found.accounted} %, recovered {found.recovered} %")
    for one in found.missing:
        click.echo(f"no answer: {one.id}  {one.place or one.party or one.organisation}")


@command.command("release")
@click.argument("number")
@click.argument("keys", nargs=-1)
@_words
@_person
def release(number: str, keys: tuple[str, ...], words: str, person: int) -> None:
    """Release lots or things with what hangs on them alone; without KEYS everything."""
    with _opened() as store:
        by = _officer(store, person)
        wanted = Release(keys=keys or None, words=words, seen=queries.find(store, by, number).seen)
        _say(service.release(store, by, number, wanted))


@command.command("close")
@click.argument("number")
@click.option("--missing", help="Why it ends although sites have not finished.")
@_words
@_person
def close(number: str, words: str, missing: str | None, person: int) -> None:
    """End a recall; what was not released stays stopped."""
    with _opened() as store:
        by = _officer(store, person)
        seen = queries.find(store, by, number).seen
        _say(service.close(store, by, number, Closing(words=words, seen=seen, missing=missing)))


@command.command("proof")
@click.argument("site")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def proof(site: str, file: Path) -> None:
    """Write what proves what a SITE of a recall was told, answered and did."""
    with _opened() as store:
        file.write_bytes(msgspec.json.encode(proofs.of_site(store, OPERATOR, site)))


@command.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Check such a proof without a network; its receipts are checked by `nguon verify`."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=proofs.SiteProof)
    except msgspec.MsgspecError as error:
        raise CommandError("recall.no-proof", file=str(file)) from error
    faults = proofs.check(found)
    for one in faults:
        click.echo(f"- {one}", err=True)
    if faults:
        raise SystemExit(1)
    for telling in found.tellings:
        at = from_microseconds(telling.row["at"])
        what, things = telling.row["what"], telling.row["things"]
        click.echo(f"{at:%Y-%m-%d %H:%M}Z  {what:<10} {things} things, entry {telling.entry.seq}")
    click.echo(f"{found.site}: {len(found.tellings)} tellings, {len(found.steps)} steps hold")


@contextmanager
def _opened() -> Iterator[Store]:
    with opened() as store:
        attach(store)
        access.attach(store)
        yield store


def _officer(store: Store, person: int) -> Principal:
    for one in people.memberships(store, person):
        if one.role in _OFFICERS:
            mandate = mandates.mandate_of_member(store, person, one.organisation)
            return Principal(
                one.organisation,
                f"person-{person}",
                one.role.kind,
                one.role.scopes,
                strict=False,
                person=person,
                mandate=mandate,
            )
    raise CommandError("recall.no-officer", person=person)


def _choice(left: tuple[str, ...]) -> ScopeChoice:
    pairs = (one.partition("=") for one in left)
    return ScopeChoice(leave_out=tuple(LeftOut(key, reason) for key, _, reason in pairs))


def _say(one: Recall) -> None:
    due = f", due {one.due:%Y-%m-%d %H:%M}Z" if one.due else ""
    click.echo(
        f"{one.id}  {one.title}\n{one.state.value}{due}; {one.things} things, "
        f"{one.sites} sites, version {one.scope}"
    )


def _say_numbers(found: Preview) -> None:
    click.echo(
        f"{found.things} things, {len(found.lots)} lots, {found.site_count} sites, "
        f"{found.parties} parties ({found.by_hand} by hand), {len(found.gaps)} gaps"
    )
    for name in ("held", "moving", "sold", "used", "destroyed", "unknown"):
        click.echo(f"{name:<9} {_amounts(getattr(found, name))}")
    if found.gaps_truncated:
        click.echo("gaps: not looked for everywhere, or more than these", err=True)
    if found.truncated:
        click.echo(f"INCOMPLETE: stopped at the limit of {found.limit}; more is affected", err=True)


def _amounts(some: Quantities) -> str:
    return ", ".join(f"{one.text} {one.unit}" for _, one in some) or "-"
