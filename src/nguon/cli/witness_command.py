# SPDX-License-Identifier: Apache-2.0
"""``nguon witness``: run a witness that watches logs, this platform's or anybody's."""

from pathlib import Path

import click

from nguon.cli.output import json_option, print_json
from nguon.witness import serving

_data = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="NGUON_WITNESS_DATA",
    default="witness",
    show_default=True,
    help="Folder of the witness's key and state.",
)
_host = click.option("--host", envvar="NGUON_WITNESS_HOST", default="127.0.0.1", show_default=True)
_port = click.option(
    "--port", type=int, envvar="NGUON_WITNESS_PORT", default=8100, show_default=True
)


@click.group("witness")
def command() -> None:
    """A witness of logs: cosigns what only ever grows; needs nothing of the platform."""


@command.command("init")
@click.option("--name", required=True, help="Name of the witness: its host name, by custom.")
@click.option("--url", help="Where logs will reach it; made from the name where not given.")
@_data
def init(name: str, url: str | None, data: Path) -> None:
    """Make the key and the state, once, and print what logs need to know."""
    signer = serving.initialise(data, name)
    click.echo(str(signer.key))
    click.echo(f"witness {name} {signer.key} {url or f'https://{name}'}")


@command.command("key")
@_data
def key(data: Path) -> None:
    """Print the witness's verifier key."""
    click.echo(str(serving.opened(data).signer.key))


@command.command("serve")
@_data
@_host
@_port
@click.option("--attached", is_flag=True, help="Stop too when standard input ends.")
def serve(data: Path, host: str, port: int, attached: bool) -> None:
    """Answer logs until told to stop."""
    serving.serve(data, host, port, attached=attached)


@command.group("log")
def log() -> None:
    """Logs under watch."""


@log.command("add")
@click.argument("vkey")
@_data
def add(vkey: str, data: Path) -> None:
    """Watch the log with this verifier key; for a log under watch, trust one more key."""
    click.echo(f"{serving.opened(data).state.add(vkey)} watched")


@log.command("retire")
@click.argument("vkey")
@_data
def retire(vkey: str, data: Path) -> None:
    """Trust a log's key no more, for good; its other keys and its history stay."""
    serving.opened(data).state.retire(vkey)
    click.echo(f"{vkey} retired")


@log.command("list")
@_data
@json_option
def list_logs(data: Path, as_json: bool) -> None:
    """List the logs, their keys, and what was cosigned last."""
    found = serving.opened(data).state.watched()
    if as_json:
        print_json(found)
        return
    for each in found:
        click.echo(f"{each.origin}  {each.size}  {each.time}")
        for key in each.active:
            click.echo(f"  {key}")
        for key in each.retired:
            click.echo(f"  {key}  retired")
