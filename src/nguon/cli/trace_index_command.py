# SPDX-License-Identifier: Apache-2.0
"""``nguon trace-index``: how the index of lineage stands, and building it anew."""

import click

from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import opened
from nguon.settings import load
from nguon.trace.index.building import rebuild
from nguon.trace.index.service import Index


@click.group("trace-index")
def command() -> None:
    """The index of lineage: how it stands, and building it anew."""


@command.command("state")
@json_option
def state(*, as_json: bool) -> None:
    """Read all of it against its check sums, and say how far behind the log it is."""
    settings = load()
    with opened(settings) as store:
        index = Index(store, settings.trace_index)
        index.prove()
        _say(index, as_json=as_json)


@command.command("rebuild")
@json_option
def build(*, as_json: bool) -> None:
    """Build it anew from the events. Stop the server before, or let it do so: delete the folder."""
    settings = load()
    with opened(settings) as store:
        index = Index(store, settings.trace_index)
        rebuild(index)
        _say(index, as_json=as_json)


def _say(index: Index, *, as_json: bool) -> None:
    found = index.state()
    if as_json:
        print_json(found)
        return
    click.echo(f"{found.events} events up to entry {found.upto}, {found.behind} entries behind")
    click.echo(f"{found.octets} octets in {found.segments} segments")
