# SPDX-License-Identifier: Apache-2.0
"""``nguon compliance``: bring the figures of lots and duties up to the last record."""

import click

from nguon.cli.output import progress
from nguon.cli.workplace import opened
from nguon.compliance import projection
from nguon.store import Store


@click.group("compliance")
def command() -> None:
    """Figures of lots and duties."""


@command.command("follow")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def follow(quiet: bool) -> None:
    """Judge lots and receipts until all records are counted; a server does so by itself."""
    with opened() as store:
        catch_up(store, quiet=quiet)
        counted = store.log.events_after(0)
    click.echo(f"all {counted} records are counted")


def catch_up(store: Store, *, quiet: bool = False) -> int:
    """Follow the log until its end; gives the last record counted."""
    reached = projection.position(store)
    if reached < store.events.head().seq:
        with progress(quiet=quiet) as bar:
            task = bar.add_task("figures", total=store.events.head().seq, completed=reached)
            while projection.advance(store):
                reached = projection.position(store)
                bar.update(task, total=store.events.head().seq, completed=reached)
    return reached
