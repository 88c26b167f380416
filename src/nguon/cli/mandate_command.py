# SPDX-License-Identifier: Apache-2.0
"""``nguon mandate``: what an inspector's key, an officer or an authority is in charge of."""

from datetime import date, datetime

import click

from nguon.base.audience import Mandate
from nguon.cli.errors import CommandError
from nguon.cli.workplace import opened, operator
from nguon.identity import mandates
from nguon.identity.mandates import Sector
from nguon.registry import queries
from nguon.store import Store

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("mandate")
def command() -> None:
    """Mandates of officers and inspectors."""


@command.command("grant")
@click.option("--key", "key_id", help="Id of an inspector's key.")
@click.option("--person", type=int, help="Number of an officer; with --organisation.")
@click.option("--organisation", help="Code of the authority.")
@click.option("--province", "provinces", multiple=True, help="Two-digit code; none: everywhere.")
@click.option(
    "--sector",
    "sectors",
    multiple=True,
    type=click.Choice([sector.value for sector in Sector]),
    help="None: all sectors.",
)
@click.option("--from", "first", type=_DAY, help="First day.")
@click.option("--to", "last", type=_DAY, help="Last day; in the past it ends the mandate.")
@click.option("--reason", required=True, help="The decision that gives it.")
def grant(  # noqa: PLR0913, PLR0917 - one parameter an option
    key_id: str | None,
    person: int | None,
    organisation: str | None,
    provinces: tuple[str, ...],
    sectors: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
    reason: str,
) -> None:
    """Put a key, an officer or a whole authority in charge; the latest grant counts."""
    mandate = Mandate(
        frozenset(provinces) if provinces else None,
        frozenset(sectors) if sectors else None,
        _date(first),
        _date(last),
    )
    with opened() as store:
        subject = _subject(store, key_id, person, organisation)
        mandates.grant(store, subject, mandate, by="cli", reason=reason)
    click.echo(f"{subject} granted")


def _subject(store: Store, key_id: str | None, person: int | None, organisation: str | None) -> str:
    if key_id is not None and organisation is None:
        return mandates.key_subject(key_id)
    if organisation is None:
        raise click.UsageError("Give --key, or --organisation with or without --person.")
    found = queries.organisation_by_code(store, operator(), organisation)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=organisation)
    if person is None:
        return mandates.authority_subject(found.id)
    return mandates.member_subject(person, found.id)


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
