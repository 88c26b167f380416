# SPDX-License-Identifier: Apache-2.0
"""``nguon signing-key``: keys that organisations sign with, bound to them and ended.

A key is made with ``nguon sign key``; its file stays with its owner.
"""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from nguon.base.time import HANOI
from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import opened, operator
from nguon.identity.model import Principal, Role
from nguon.parties.keys import proving, queries, scopes, service
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import Custody, PartyKey
from nguon.parties.keys.naming import OPERATOR, did
from nguon.registry import queries as registry
from nguon.signing.key_files import read_private
from nguon.store import Store

_BY = Principal(0, "cli", Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KEY = click.argument("key_file", type=_FILE)


@click.group("signing-key")
def command() -> None:
    """Keys that organisations sign with."""


@command.command("prove")
@_KEY
@click.argument("challenge")
def prove(key_file: Path, challenge: str) -> None:
    """Sign the line that the page for binding keys shows, CHALLENGE."""
    click.echo(proving.prove(read_private(key_file.read_bytes()), challenge))


@command.command("endorse")
@click.argument("old_file", type=_FILE)
@click.argument("new_file", type=_FILE)
def endorse(old_file: Path, new_file: Path) -> None:
    """Have the key in OLD_FILE sign for the one in NEW_FILE, which takes its place."""
    old, new = (read_private(file.read_bytes()) for file in (old_file, new_file))
    click.echo(proving.endorse(old, new.public))


@command.command("bind")
@click.argument("organisation")
@_KEY
@click.option("--name", default="", help="For the organisation's own list.")
@click.option("--prefix", "prefixes", multiple=True, help="Only for codes that begin like this.")
@click.option("--place", "places", multiple=True, help="Only at this place.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Ends when this day begins.")
def bind(
    organisation: str,
    key_file: Path,
    name: str,
    prefixes: tuple[str, ...],
    places: tuple[str, ...],
    until: datetime | None,
) -> None:
    """Bind the key in KEY_FILE to ORGANISATION, by its code."""
    secret = read_private(key_file.read_bytes())
    with opened() as store:
        made = service.bind(
            store,
            _number(store, organisation),
            secret.public,
            name=name,
            scope=scopes.scope(prefixes, places),
            valid_to=None if until is None else until.replace(tzinfo=HANOI),
            by=_BY.key_id,
        )
        click.echo(f"{made.kid} {did(store, made.party)}")


@command.command("keep")
@click.argument("organisation")
def keep(organisation: str) -> None:
    """Keep a key for ORGANISATION here."""
    with opened() as store:
        number = _number(store, organisation)
        made = custodian_of(store).make(number, name="", by=_BY.key_id)
        click.echo(f"{made.kid} {did(store, made.party)}")


class Told(msgspec.Struct, frozen=True):
    """A key in the list."""

    kid: str
    did: str
    state: str
    custody: Custody
    name: str


@command.command("list")
@click.argument("organisation", required=False)
@json_option
def listing(organisation: str | None, as_json: bool) -> None:
    """The keys of ORGANISATION, or the platform's own."""
    with opened() as store:
        number = OPERATOR if organisation is None else _number(store, organisation)
        now = datetime.now(UTC)
        found = [_told(store, key, now) for key in queries.of(store, number)]
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one.kid} {one.state:9} {one.custody.value:9} {one.name}")


@command.command("suspend")
@click.argument("kid")
@click.option("--reason", required=True, help="Why.")
def suspend(kid: str, reason: str) -> None:
    """Let the key KID count for nothing until it is resumed."""
    with opened() as store:
        service.suspend(store, kid, by=_BY, reason=reason)
    click.echo(f"{kid} suspended")


@command.command("resume")
@click.argument("kid")
def resume(kid: str) -> None:
    """Let the key KID count again."""
    with opened() as store:
        service.resume(store, kid, by=_BY)
    click.echo(f"{kid} active")


@command.command("revoke")
@click.argument("kid")
@click.option("--reason", required=True, help="Why.")
@click.confirmation_option(prompt="This cannot be undone. Revoke the key?")
def revoke(kid: str, reason: str) -> None:
    """End the key KID for good."""
    with opened() as store:
        service.revoke(store, kid, by=_BY, reason=reason)
    click.echo(f"{kid} revoked")


@command.command("renew-master")
def renew_master() -> None:
    """Seal the secrets kept here under a new master key. Back the file up again."""
    with opened() as store:
        custodian = custodian_of(store)
        count = custodian.renew_master()
    click.echo(f"{count} {custodian.key_file}")


def _told(store: Store, key: PartyKey, now: datetime) -> Told:
    state = key.standing(now).value
    return Told(key.kid, did(store, key.party), state, key.custody, key.name)


def _number(store: Store, code: str) -> int:
    found = registry.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return found.id
