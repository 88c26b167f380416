# SPDX-License-Identifier: Apache-2.0
"""``nguon query``: find captured events, by the parameters of GS1's SimpleEventQuery."""

from collections import defaultdict
from collections.abc import Iterator

import click

from nguon.base.time import rfc3339
from nguon.capture.queries import Page, page
from nguon.cli.errors import CommandError
from nguon.cli.output import json_option
from nguon.cli.workplace import opened, operator
from nguon.epcis.items import ItemRef, Role
from nguon.epcis.query import EventQuery
from nguon.store import Store
from nguon.store.values import StoredEvent
from nguon.web.epcis_answers import query_document
from nguon.web.epcis_headers import EpcFormat

_PAGING = ("perPage", "nextPageToken")
_BATCH = 1000
_NAMED = 3
"""Things of one side of an event that a line names; the rest is counted."""
_FROM = frozenset({Role.EPC, Role.CHILD, Role.INPUT})
_INTO = frozenset({Role.PARENT, Role.OUTPUT})


@click.command("query")
@click.argument("conditions", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@json_option
def command(conditions: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find events, newest first, by the parameters of SimpleEventQuery (EPCIS 2.0 section 8.2.7.1).

    For example: nguon query EQ_bizStep=shipping GE_eventTime=2026-08-01T00:00:00Z. Values of a
    list are parted by |. Without conditions all events are found. With --json an
    EPCISQueryDocument, else one line an event: time, type, business step, things.
    """
    query = EventQuery.parse(_parameters(conditions))
    with opened() as store:
        found, more = _found(store, query, limit)
    if as_json:
        click.echo(query_document(found, EpcFormat.AS_SENT))
    else:
        for stored in found:
            click.echo(_line(stored))
    counted = "1 event" if len(found) == 1 else f"{len(found)} events"
    click.echo(f"{counted}{' (the limit: there are more)' if more else ''}", err=True)


def _parameters(conditions: tuple[str, ...]) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = defaultdict(list)
    for text in conditions:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise CommandError("cli.condition", text=text)
        if name in _PAGING:
            raise CommandError("cli.condition-paging", name=name)
        sent[name].append(value)
    return sent


def _found(store: Store, query: EventQuery, limit: int) -> tuple[list[StoredEvent], bool]:
    found: list[StoredEvent] = []
    for one in _pages(store, query, limit):
        found += one.events
        if len(found) >= limit or one.following is None:
            return found, one.following is not None
    return found, False


def _pages(store: Store, query: EventQuery, limit: int) -> Iterator[Page]:
    one = page(store, operator(), query, min(limit, _BATCH))
    given = len(one.events)
    yield one
    while one.following is not None:
        one = page(store, operator(), query, min(limit - given, _BATCH), one.following)
        given += len(one.events)
        yield one


def _line(stored: StoredEvent) -> str:
    event = stored.event
    step = getattr(event, "biz_step", None) or "-"
    kind = event.type.rpartition(":")[2].removesuffix("Event")
    wrong = "  declared wrong" if event.error_declaration is not None else ""
    when = rfc3339(event.event_time)
    return f"{when}  {kind:14}  {step:18}  {_things(stored.items)}{wrong}"


def _things(items: tuple[ItemRef, ...]) -> str:
    sides = (_side(items, _FROM), _side(items, _INTO))
    return " > ".join(side for side in sides if side) or "-"


def _side(items: tuple[ItemRef, ...], roles: frozenset[Role]) -> str:
    keys = list(dict.fromkeys(item.key for item in items if item.role in roles))
    rest = len(keys) - _NAMED
    return " ".join(keys[:_NAMED]) + (f" +{rest}" if rest > 0 else "")
