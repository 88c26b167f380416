# SPDX-License-Identifier: Apache-2.0
"""``nguon trace``: where an item came from, or where it went."""

import click

from nguon import gs1
from nguon.base.time import from_microseconds, rfc3339
from nguon.cli.output import json_option, print_json
from nguon.cli.workplace import opened, operator
from nguon.trace import Direction, Limits, Lineage, trace
from nguon.trace.model import Mode
from nguon.trace.views import view


@click.command("trace")
@click.argument("item")
@click.option(
    "--direction",
    type=click.Choice([way.value for way in Direction]),
    default=Direction.BACK.value,
    help="Back to the origins, or forward to whoever got it.",
)
@click.option("--max-things", type=click.IntRange(1), default=Limits().nodes, show_default=True)
@click.option("--as-of", type=click.IntRange(0), help="Log position: as known then.")
@json_option
def command(item: str, direction: str, max_things: int, as_of: int | None, as_json: bool) -> None:
    """Trace an item, a lot or a pallet through the recorded events."""
    key = gs1.parse(item).key
    with opened() as store:
        limits = Limits(nodes=max_things)
        found = trace(store, operator(), key, Direction(direction), limits=limits, upto_seq=as_of)
    if as_json:
        print_json(view(found))
    else:
        _print(found)


def _print(found: Lineage) -> None:
    for node in found.nodes:
        if node.mode is Mode.PROCESS:
            continue
        when = "" if node.last_time is None else rfc3339(from_microseconds(node.last_time))
        click.echo(f"{'  ' * node.depth}{node.key}  {node.mode.value}  {when}")
    more = " (a limit was met: there is more)" if found.truncated else ""
    click.echo(f"{len(found.keys())} things, {len(found.links)} links{more}", err=True)
