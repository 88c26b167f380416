# SPDX-License-Identifier: Apache-2.0
"""``nguon key``: make, list and revoke the API keys of organisations."""

from datetime import UTC, datetime

import click
import msgspec

from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import opened, operator
from nguon.identity import keys
from nguon.identity.model import Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import queries as registry
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.store import Store


@click.group("key")
def command() -> None:
    """API keys of organisations."""


class Made(msgspec.Struct, frozen=True):
    """A new key; the secret cannot be read again."""

    id: str
    organisation: str
    scopes: list[str]
    secret: str


@command.command("create")
@click.option("--organisation", required=True, help="Code of the organisation.")
@click.option("--legal-name", help="Register the organisation under this name if it is new.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=[Scope.CAPTURE.value, Scope.READ.value, Scope.TRACE.value],
    show_default=True,
)
@click.option("--name", default="", help="What the key is for.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in KeyKind]),
    default=KeyKind.MEMBER.value,
    show_default=True,
)
@click.option("--strict", is_flag=True, help="Refuse malformed GS1 keys at capture.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]))
@json_option
def create(  # noqa: PLR0913, PLR0917 - one parameter an option
    organisation: str,
    legal_name: str | None,
    scopes: tuple[str, ...],
    name: str,
    kind: str,
    strict: bool,
    expires: datetime | None,
    as_json: bool,
) -> None:
    """Make a key and print its secret, once."""
    with opened() as store:
        number = _organisation(store, organisation, legal_name)
        moment = None if expires is None else expires.astimezone()
        made, secret = keys.create(
            store,
            number,
            name=name,
            scopes=scopes,
            kind=kind,
            strict=strict,
            expires=moment,
        )
    if as_json:
        print_json(Made(made.id, organisation, sorted(made.scopes), secret))
    else:
        click.echo(secret)


@command.command("list")
@click.option("--organisation", help="Code of the organisation; all without it.")
@json_option
def list_keys(organisation: str | None, as_json: bool) -> None:
    """List keys, revoked ones too, without their secrets."""
    with opened() as store:
        number = None if organisation is None else _organisation(store, organisation, None)
        found = keys.list_keys(store, number)
    if as_json:
        print_json(found)
        return
    for one in found:
        state = "good" if one.usable(datetime.now(UTC)) else "ended"
        scopes = " ".join(sorted(one.scopes))
        click.echo(f"{one.id}  {state:8} {one.kind:9} {scopes:20} {one.name}")


@command.command("revoke")
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """End a key now."""
    with opened() as store:
        keys.revoke(store, key_id)
    click.echo(f"{key_id} revoked")


def _organisation(store: Store, code: str, legal_name: str | None) -> int:
    found = registry.organisation_by_code(store, operator(), code)
    if found is not None:
        return found.id
    if legal_name is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return ensure_organisation(store, code, OrganisationKind.ENTERPRISE, legal_name)
