# SPDX-License-Identifier: Apache-2.0
"""``nguon log anchor``: timestamps of checkpoints, their hashes given out, proofs taken back."""

import time
from pathlib import Path
from typing import BinaryIO

import click

from nguon.base.messages import LANGUAGES, text
from nguon.base.time import from_microseconds, rfc3339
from nguon.cli.log_opened import opened_log, shard_named
from nguon.cli.output import json_option, print_json
from nguon.settings import load
from nguon.tlog.anchors import export, keeping
from nguon.tlog.anchors.anchoring import Anchoring
from nguon.tlog.anchors.errors import AnchorError
from nguon.tlog.anchors.rfc3161 import Rfc3161

shard_option = click.option("--shard", help="A shard by its name; the one that grows by default.")


@click.group("anchor")
def command() -> None:
    """Checkpoints carried outside: timestamps, chains, whatever keeps a hash and a time."""


@command.command("now")
@shard_option
def now(shard: str | None) -> None:
    """Have the last checkpoint timestamped by the authority of NGUON_LOG_TSA, at once."""
    settings = load()
    if not settings.log_tsa:
        raise AnchorError("anchors.not-set")
    with opened_log(settings) as tlog:
        authority = Rfc3161(settings.log_tsa, settings.log_tsa_certs)
        made = Anchoring(tlog, authority).once(shard_named(tlog, shard))
        if made is None:
            raise AnchorError("anchors.nothing")
    moment = rfc3339(from_microseconds(made.anchored.time * 1_000_000))
    for language in LANGUAGES:
        words = {"size": made.size, "by": made.anchored.by, "time": moment}
        click.echo(text("anchors.stamped", language, **words))


@command.command("export")
@shard_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File; else printed.")
def export_hash(shard: str | None, output: Path | None) -> None:
    """Give out the hash of the last checkpoint, for anybody to carry; it is kept here."""
    with opened_log() as tlog:
        chosen = shard_named(tlog, shard)
        signed = tlog.signed(chosen)
        if signed is None or not signed.size:
            raise AnchorError("anchors.nothing")
        made = export.export(tlog.folder(chosen), signed.note, signed.time)
    if output is None:
        print_json(made)
    else:
        output.write_bytes(export.spelled(made))


@command.command("import")
@click.argument("file", type=click.File("rb"))
def import_proof(file: BinaryIO) -> None:
    """Take in what carried a hash: an OpenTimestamps file, or JSON as docs/anchors.md shows.

    What is checked is that it commits to a checkpoint that was given out here, no more.
    """
    octets = file.read(export.PROOF_LIMIT + 1)
    with opened_log() as tlog:
        folders = [tlog.folder(shard) for shard in reversed(tlog.shards())]
        kept = export.take_back(folders, octets, int(time.time()))
    for language in LANGUAGES:
        words = {"size": kept.size, "carrier": kept.carrier, "reference": kept.reference}
        click.echo(text("anchors.taken", language, **words))


@command.command("list")
@shard_option
@json_option
def list_anchors(shard: str | None, as_json: bool) -> None:
    """What is kept: timestamps, hashes given out, proofs taken in."""
    with opened_log() as tlog:
        folder = tlog.folder(shard_named(tlog, shard))
        notes, proofs = keeping.kept(folder), export.carried(folder)
    if as_json:
        given = [{"size": each.size, "timestamp": each.token is not None} for each in notes]
        print_json({"checkpoints": given, "carried": proofs})
        return
    for note in notes:
        click.echo(f"{note.size:>12}  {'rfc3161' if note.token else '–'}")
    for proof in proofs:
        click.echo(f"{proof.size:>12}  {proof.carrier}: {proof.reference}")
