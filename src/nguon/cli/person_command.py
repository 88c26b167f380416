# SPDX-License-Identifier: Apache-2.0
"""``nguon person``: the first people of an organisation, and passwords that were forgotten."""

import sys

import click
import msgspec

from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import opened, operator
from nguon.identity.accounts import invitations, people, signing
from nguon.identity.accounts.contacts import Contact, contact
from nguon.identity.accounts.invitations import Wanted
from nguon.identity.model import Role
from nguon.registry import queries as registry
from nguon.settings import load
from nguon.store import Store


@click.group("person")
def command() -> None:
    """People with accounts, and their roles in organisations."""


class Added(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was made: an invitation's link, or a person who can sign in."""

    organisation: str
    role: str
    link: str | None = None
    person: int | None = None


_login = click.option(
    "--login", "--email", "--phone", "login", required=True, help="E-mail address or phone number."
)


@command.command("add")
@click.option("--organisation", required=True, help="Code of the organisation.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", required=True, help="The person's name.")
@_login
@click.option("--password-stdin", is_flag=True, help="Read a password instead of inviting.")
@click.option("--join", is_flag=True, help="Let somebody who has an account join at once.")
@json_option
def add(
    organisation: str,
    role: str,
    name: str,
    login: str,
    password_stdin: bool,
    join: bool,
    as_json: bool,
) -> None:
    """Invite somebody into an organisation: prints a link that works once, for seven days.

    With --password-stdin the person is made at once with the password that is read.
    Somebody who has an account already is refused there, unless --join is given; its
    name and password stay as they are.
    """
    wanted = Wanted(name.strip(), contact(login), Role(role))
    with opened() as store:
        number = _organisation(store, organisation)
        if password_stdin or join:
            person = _joined(store, number, wanted, may_join=join, new=password_stdin)
            done = Added(organisation, role, person=person)
        else:
            _, token = invitations.write(store, number, wanted, None)
            link = f"{load().base_url}/account/invitation/{token}"
            done = Added(organisation, role, link=link)
    if as_json:
        print_json(done)
    else:
        click.echo(done.link or f"{wanted.contact.text}  {role}  {organisation}")


@command.command("list")
@click.option("--organisation", required=True, help="Code of the organisation.")
@json_option
def list_people(organisation: str, as_json: bool) -> None:
    """List the people of an organisation."""
    with opened() as store:
        found = people.members(store, _organisation(store, organisation))
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one.role:9} {one.contact:32} {one.name}")


@command.command("password")
@_login
def password(login: str) -> None:
    """Set a person's password, read from standard input; every session ends."""
    who = contact(login)
    with opened() as store:
        found = _known(store, who)
        signing.set_password(store, found.id, _read())
    click.echo(f"{who.text} ok")


def _joined(store: Store, organisation: int, wanted: Wanted, *, may_join: bool, new: bool) -> int:
    known = people.find(store, wanted.contact)
    if known is not None and not may_join:
        raise CommandError("cli.known-person", login=wanted.contact.text)
    if known is None and not new:
        raise CommandError("cli.unknown-person", login=wanted.contact.text)
    person = _made(store, wanted, _read()) if known is None else known.id
    people.join(store, person, organisation, wanted.role)
    return person


def _made(store: Store, wanted: Wanted, password: str) -> int:
    signing.check_new(password, wanted.name, wanted.contact)
    person = people.add(store, wanted.name, wanted.contact)
    signing.set_password(store, person, password)
    return person


def _known(store: Store, who: Contact) -> people.Person:
    found = people.find(store, who)
    if found is None:
        raise CommandError("cli.unknown-person", login=who.text)
    return found


def _read() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")


def _organisation(store: Store, code: str) -> int:
    found = registry.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return found.id
