# SPDX-License-Identifier: Apache-2.0
"""``nguon enrolment``: who enrolled as which legal entity, and officers' decisions."""

from datetime import UTC, datetime

import click
import msgspec

from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import opened
from nguon.identity.accounts import people
from nguon.identity.model import Principal, Role
from nguon.parties.enrolment import officers, queries
from nguon.parties.enrolment.model import Enrolment, Entity, State, Step
from nguon.store import Store

_OFFICERS = (Role.OFFICER, Role.OPERATOR)


class _Shown(msgspec.Struct):
    enrolment: Enrolment
    steps: list[Step]
    entity: Entity


@click.group("enrolment")
def command() -> None:
    """Enrolments of legal entities, and officers' decisions."""


@command.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Only these; without it what waits for officers.",
)
@json_option
def list_enrolments(states: tuple[str, ...], as_json: bool) -> None:
    """The enrolments in a state, the first begun first."""
    wanted = [State(one) for one in states] or [State.WAITING, State.PROPOSED]
    with opened() as store:
        found = queries.in_states(store, wanted)
    if as_json:
        print_json([_public(one) for one in found])
        return
    for one in found:
        click.echo(f"{one.id}  {one.state.value:<9} {one.way.value:<11} {one.code}  {one.name}")


@command.command("show")
@click.argument("number")
@json_option
def show(number: str, as_json: bool) -> None:
    """One enrolment with its course, and what the business register says of the entity."""
    with opened() as store:
        found = queries.find(store, number)
        steps = queries.steps(store, [number])[number]
        now = datetime.now(UTC)
        entity = queries.entities(store, [found.organisation], now)[found.organisation]
    if as_json:
        print_json(_Shown(_public(found), steps, entity))
        return
    click.echo(f"{found.code}  {found.name}\n{found.way.value}, {found.state.value}")
    click.echo(f"register: {entity.register_state.value}, as of {entity.as_of or '-'}")
    for step in steps:
        said = " ".join(filter(None, (step.reason, step.note)))
        click.echo(f"{step.at:%Y-%m-%d %H:%M}  {step.state.value}  {step.actor}  {said}".rstrip())


@command.command("decide")
@click.argument("number")
@click.argument("decision", type=click.Choice(["confirm", "refuse"]))
@click.option("--person", type=int, required=True, help="Number of the officer who decides.")
@click.option("--reason", type=click.Choice(officers.REASONS), help="Why it is refused.")
@click.option("--note", default="", help="Words; the organisation reads those of a refusal.")
def decide(number: str, decision: str, person: int, reason: str | None, note: str) -> None:
    """Record the decision of one officer; papers need two, and never the same person twice."""
    with opened() as store:
        by = _officer(store, person)
        if decision == "confirm":
            found = officers.confirm(store, by, number, note)
        else:
            found = officers.refuse(store, by, number, reason=reason or "", note=note)
    click.echo(found.state.value)


def _officer(store: Store, person: int) -> Principal:
    """The officer with this number; raises `CommandError` for anybody else."""
    for one in people.memberships(store, person):
        if one.role in _OFFICERS:
            scopes, kind = one.role.scopes, one.role.kind
            name = f"person-{person}"
            return Principal(one.organisation, name, kind, scopes, strict=False, person=person)
    raise CommandError("enrolment.no-officer", person=person)


def _public(one: Enrolment) -> Enrolment:
    """Without the octets of the statement, which are no text."""
    return msgspec.structs.replace(one, statement=None)
