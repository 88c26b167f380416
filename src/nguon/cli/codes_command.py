# SPDX-License-Identifier: Apache-2.0
"""``nguon codes``: the operator's part of issuing: licences, quotas, keys."""

from datetime import datetime

import click

from nguon.cli.errors import CommandError
from nguon.cli.workplace import opened, operator
from nguon.codes import blocks, keyring, licences
from nguon.codes.model import LicenceAsked, LicenceKind, LicenceStatus
from nguon.identity.model import Principal, Role
from nguon.registry import queries
from nguon.store import Store

_DAY = click.DateTime(["%Y-%m-%d"])
_SAID = [one.value for one in LicenceStatus if one is not LicenceStatus.DECLARED]
_BY = Principal(0, "cli", Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)


@click.group("codes")
def command() -> None:
    """Licences, quotas and keys of issued codes."""


@command.group("licence")
def licence() -> None:
    """Company prefixes and single numbers."""


@licence.command("add")
@click.argument("organisation")
@click.argument("kind", type=click.Choice([one.value for one in LicenceKind]))
@click.argument("value")
@click.option("--from", "first", type=_DAY, required=True, help="First day.")
@click.option("--to", "last", type=_DAY, help="Last day.")
@click.option("--source", required=True, help="The document that shows it.")
def add(
    organisation: str, kind: str, value: str, first: datetime, last: datetime | None, source: str
) -> None:
    """Record a licence as checked: ORGANISATION by its code, VALUE as printed on the document."""
    asked = LicenceAsked(
        kind=LicenceKind(kind),
        value=value,
        valid_from=first.date(),
        valid_to=None if last is None else last.date(),
        source=source,
    )
    with opened() as store:
        made = licences.declare(store, _BY, asked, organisation=_number(store, organisation))
    click.echo(f"{made.id} {made.value} {made.status}")


@licence.command("list")
def listing() -> None:
    """Every licence, the newest first."""
    with opened() as store:
        found = licences.licences(store, operator())
        known = queries.organisations(store, operator(), {one.organisation for one in found})
    for one in found:
        name = known[one.organisation].code if one.organisation in known else one.organisation
        click.echo(f"{one.id} {one.status:9} {one.kind:6} {one.value:14} {name}")


@licence.command("say")
@click.argument("licence_id")
@click.argument("status", type=click.Choice(_SAID))
@click.option("--reason", required=True, help="Why.")
def say(licence_id: str, status: str, reason: str) -> None:
    """Say that a licence is checked, refused or withdrawn."""
    with opened() as store:
        made = licences.judge(store, _BY, licence_id, LicenceStatus(status), reason)
    click.echo(f"{made.id} {made.value} {made.status}")


@command.command("quota")
@click.argument("organisation")
@click.argument("pieces", type=int)
@click.option("--reason", required=True, help="Why.")
def quota(organisation: str, pieces: int, reason: str) -> None:
    """Set how many pieces an organisation may have serials for, in all."""
    with opened() as store:
        made = blocks.set_quota(store, _BY, _number(store, organisation), pieces, reason)
    click.echo(f"{made.pieces} {made.used} {made.left}")


@command.command("rotate-key")
def rotate() -> None:
    """Make a new key; codes that were issued are checked with theirs. Back the file up again."""
    with opened() as store:
        ring = keyring.of(store)
        made = ring.rotate(store)
    click.echo(f"{made.number} {ring.path}")


def _number(store: Store, code: str) -> int:
    found = queries.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return found.id
