# SPDX-License-Identifier: Apache-2.0
"""``nguon erase``: the content of events, or what the registers say of people, on an order."""

from collections.abc import Iterable, Mapping, Sequence

import click

from nguon.cli.errors import CommandError
from nguon.cli.workplace import opened, operator
from nguon.compliance import holds
from nguon.parties.keys.ending import ERASED, end_all
from nguon.registry import erasure, queries
from nguon.registry.documents import Folder
from nguon.settings import load
from nguon.store import Store

_reason = click.option("--reason", required=True, help="The order, and why.")
_by = click.option("--by", required=True, help="Who carries it out.")


@click.group("erase")
def command() -> None:
    """Erase content for good; what proves the rest stays. A legal hold forbids it."""


@command.command("events")
@click.argument("event_ids", nargs=-1, required=True)
@click.option("--organisation", metavar="CODE", help="Whose, where several parties use an ID.")
@_reason
@_by
def events(event_ids: tuple[str, ...], organisation: str | None, reason: str, by: str) -> None:
    """Erase the events with these eventIDs, all or none."""
    with opened() as store:
        numbers = _numbers(store, event_ids, _party(store, organisation) if organisation else None)

        def held(keys: Mapping[int, frozenset[str]]) -> Iterable[int]:
            kept = holds.held(store, sorted(set().union(*keys.values())))
            return [number for number, own in keys.items() if not own.isdisjoint(kept)]

        done = store.erasure.erase(numbers, reason=reason, by=by, held=held)
    for one in done:
        click.echo(f"log entry {one.seq} erased, entry {one.erasure_seq} says so")


@command.command("person")
@click.argument("code")
@_reason
@_by
def person(code: str, reason: str, by: str) -> None:
    """Erase what the registers say of the household or person with this code."""
    with opened() as store:
        person = _party(store, code)

        def held(keys: Sequence[str]) -> Iterable[str]:
            return list(holds.held(store, keys))

        folder = Folder(load().documents)
        erasure.erase_person(store, folder, person, reason=reason, by=by, held=held)
        end_all(store, person, by=by, reason=ERASED)
    click.echo(f"{code} erased")


def _party(store: Store, code: str) -> int:
    found = queries.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return found.id


def _numbers(store: Store, event_ids: Sequence[str], party: int | None) -> list[int]:
    """Of the events; an eventID is one party's own, so that several may use the same."""
    numbers: list[int] = []
    for event_id in event_ids:
        found = [
            entry
            for entry in store.events.by_event_id(operator(), event_id)
            if party is None or entry.submitter == party
        ]
        if not found:
            raise CommandError("access.no-event", event_id=event_id)
        parties = {entry.submitter for entry in found}
        if len(parties) > 1:
            raise CommandError("cli.several-parties", event_id=event_id, count=len(parties))
        numbers += [entry.id for entry in found]
    return numbers
