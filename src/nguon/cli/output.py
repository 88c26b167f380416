# SPDX-License-Identifier: Apache-2.0
"""What commands print: JSON for machines, short lines for people, refusals in both languages."""

from collections.abc import Iterable
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nguon.base.errors import Fault, NguonError
from nguon.base.messages import LANGUAGES, catalogue, hint, text
from nguon.gs1 import IdentifierError

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: Any) -> None:
    """One JSON value, indented."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def progress(*, quiet: bool = False) -> Progress:
    """A progress bar on standard error, so that standard output stays clean."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )


def complain(error: NguonError, faults: Iterable[Fault]) -> None:
    """What is wrong, where, and what to do next."""
    _say(error.code, error.params, "")
    if isinstance(error, IdentifierError):
        _mark(error)
    say_faults(faults)


def say_faults(faults: Iterable[Fault]) -> None:
    """Each fault with its place, in both languages, on standard error."""
    for fault in faults:
        _say(fault.code, fault.params, f"{fault.pointer or '/'}: ")


def _mark(error: IdentifierError) -> None:
    """The identifier, its offending part underlined; a caret alone where something is missing."""
    click.echo(f"  {error.text}", err=True)
    click.echo(f"  {' ' * error.start}{'^' * max(error.end - error.start, 1)}", err=True)


def _say(code: str, params: dict[str, Any], where: str) -> None:
    if code not in catalogue("en"):
        click.echo(f"{where}{code} {params}", err=True)
        return
    for language in LANGUAGES:
        words = text(code, language, **params)
        advice = hint(code, language, **params)
        click.echo(f"{where}{words}{' ' + advice if advice else ''}", err=True)
