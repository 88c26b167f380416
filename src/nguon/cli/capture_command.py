# SPDX-License-Identifier: Apache-2.0
"""``nguon capture``: put documents of events into the store, on behalf of an organisation."""

from gzip import BadGzipFile
from gzip import decompress as gunzip
from pathlib import Path
from zlib import error as ZlibError  # noqa: N812 - a class by another name

import click
import msgspec

from nguon.app import compose
from nguon.capture.model import Behaviour, Note, notes_of
from nguon.capture.writing import Origin
from nguon.cli.errors import CommandError
from nguon.cli.output import json_option, print_json, progress, say_faults
from nguon.cli.workplace import operator
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import queries as registry
from nguon.settings import load
from nguon.store import Store


class Captured(msgspec.Struct, frozen=True):
    """What became of one file; ``notes`` are refusals and warnings."""

    file: str
    stored: int
    repeated: int
    clashing: int
    success: bool
    notes: list[Note]


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("capture")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--organisation", required=True, help="Code of the organisation that sends them.")
@click.option("--proceed", is_flag=True, help="Keep the good events of a faulty document.")
@click.option("--strict", is_flag=True, help="Refuse malformed GS1 keys.")
@json_option
def command(
    files: tuple[Path, ...], organisation: str, proceed: bool, strict: bool, as_json: bool
) -> None:
    """Capture EPCIS 2.0 JSON-LD documents (also gzipped) from FILES, in this order.

    Ends at the first file that is refused; the files before it are captured.
    """
    services = compose(load())
    try:
        principal = _principal(services.store, organisation, strict=strict)
        origin = Origin(principal, Behaviour.PROCEED if proceed else Behaviour.ROLLBACK)
        with progress(quiet=as_json) as bar:
            for path in bar.track(files, description="capture"):
                job = services.capture.document(_content(path), origin)
                done = Captured(
                    file=str(path),
                    stored=job.stored,
                    repeated=job.repeated,
                    clashing=job.clashing,
                    success=bool(job.success),
                    notes=notes_of(job),
                )
                _report(done, as_json=as_json)
                if not done.success:
                    raise click.exceptions.Exit(1)
    finally:
        services.capture.close()
        services.store.close()


def _principal(store: Store, code: str, *, strict: bool) -> Principal:
    found = registry.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return Principal(found.id, "cli", KeyKind.MEMBER, frozenset({Scope.CAPTURE}), strict)


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix != ".gz":
        return data
    try:
        return gunzip(data)
    except (BadGzipFile, EOFError, ZlibError) as error:
        raise CommandError("cli.gzip", path=str(path)) from error


def _report(done: Captured, *, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    click.echo(
        f"{done.file}: {done.stored} stored, {done.repeated} repeated, {done.clashing} clashing"
    )
    say_faults(note.fault() for note in done.notes)
