# SPDX-License-Identifier: Apache-2.0
"""``nguon link``: who answers for codes in our place."""

import click

from nguon.cli.workplace import opened
from nguon.registry.links import delegations, queries
from nguon.settings import load


@click.group("link")
def command() -> None:
    """Other resolvers that answer for a prefix."""


@command.command("delegate")
@click.argument("prefix")
@click.argument("resolver")
@click.option("--title", required=True, help="Who answers there.")
def delegate(prefix: str, resolver: str, title: str) -> None:
    """Send codes of PREFIX (893603602 or 01/0893603602) to another RESOLVER (https://…)."""
    own = load().base_url
    with opened() as store:
        found = delegations.delegate(store, prefix, resolver, title, by="cli", own=own)
    click.echo(found.id)


@command.command("delegations")
def listed() -> None:
    """Show who answers for which prefix."""
    with opened() as store:
        for one in queries.delegations(store):
            click.echo(f"{one.id}  {one.prefix}  {one.resolver}  {one.title}")


@command.command("end")
@click.argument("number")
def end(number: str) -> None:
    """End a delegation by its id."""
    with opened() as store:
        delegations.end(store, number, by="cli")
    click.echo(f"{number} ended")
