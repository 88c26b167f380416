# SPDX-License-Identifier: Apache-2.0
"""``nguon stoplist``: fetch the signed list into a folder, verify it, check codes in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
import msgspec

from nguon.base.errors import NguonError
from nguon.cli.output import json_option, print_json
from nguon.registry.links.keys import levels
from nguon.scans.reading import code_in
from nguon.stoplist import renewing, shards
from nguon.stoplist.errors import StopError
from nguon.stoplist.folder import Folder, Head
from nguon.stoplist.offline import Answer, Checked, Manifest, OfflineList

_EXITS = ((Answer.STOPPED, 1), (Answer.UNSURE, 2), (Answer.FREE, 0))
_SECONDS = 30


@click.group("stoplist")
def command() -> None:
    """The signed stop list: fetched, verified, looked up in without a network."""


@command.command("fetch")
@click.argument("server")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def fetch(server: str, folder: Path) -> None:
    """Bring the list in FOLDER level with SERVER's: what changed alone, where that is told.

    A list that is older than the one there, or does not hold any more, is refused.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = Folder(folder)
    with httpx.Client(base_url=server, timeout=_SECONDS) as client:
        signed = msgspec.json.decode(_taken(client, "/stoplist"))["signed"]
        head = Head(signed, msgspec.json.decode(_taken(client, "/.well-known/did.json")))
        manifest = head.verified()
        if datetime.now(UTC) > manifest.until:
            raise StopError("stoplist.list-too-old", until=manifest.until.isoformat())
        before = _before(kept)
        if before is not None:
            renewing.require_newer(manifest, before)
            _patch(client, kept, before, manifest)
        base = f"/stoplist/{manifest.version}"
        wanted = [("filter", manifest.filter, "filter"), ("causes", manifest.causes, "causes")]
        wanted += [("shard", one, f"shards/{at}") for at, one in enumerate(manifest.shards)]
        for name, digest, path in wanted:
            if kept.part(name, digest) is None:
                kept.put(name, digest, _taken(client, f"{base}/{path}"))
    kept.commit(head)
    click.echo(f"{manifest.version} {manifest.count}")


def _before(kept: Folder) -> Manifest | None:
    head = kept.head()
    try:
        return None if head is None else head.verified()
    except NguonError:
        return None


def _patch(client: httpx.Client, kept: Folder, before: Manifest, new: Manifest) -> None:
    """Make new shards of the old ones, where the server tells what changed."""
    answer = client.get(f"/stoplist/changes/{before.version}")
    if answer.is_success and before.version != new.version:
        made = renewing.patched(
            before, new, answer.content, lambda at: kept.part("shard", before.shards[at])
        )
        for number, octets in made.items():
            kept.put("shard", new.shards[number], octets)


@command.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
def verify(folder: Path, as_json: bool) -> None:
    """Verify the list in FOLDER; status 1 where it is too old, or a part is away or damaged."""
    found = Folder(folder).opened()
    parts = [found.shard(at) for at in range(len(found.manifest.shards))]
    lines = sum(len(shards.read(part)) for part in parts if part is not None)
    old = found.too_old(datetime.now(UTC))
    told = {
        "version": found.manifest.version,
        "made": found.manifest.made.isoformat(),
        "until": found.manifest.until.isoformat(),
        "count": found.manifest.count,
        "lines": lines,
        "missing": parts.count(None),
        "too_old": old,
    }
    if as_json:
        print_json(told)
    else:
        for name, value in told.items():
            click.echo(f"{name}: {value}")
    if old or told["missing"]:
        raise click.exceptions.Exit(1)


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("codes", nargs=-1, required=True)
@json_option
def check(folder: Path, codes: Sequence[str], as_json: bool) -> None:
    """Look CODES up in the list in FOLDER; status 1 for a stopped one, 2 where it is not known.

    A list that does not hold any more calls nothing free.
    """
    found = Folder(folder).opened()
    old = found.too_old(datetime.now(UTC))
    answers = {code: _looked_up(found, code, old=old) for code in codes}
    if as_json:
        print_json(answers)
    else:
        for code, one in answers.items():
            click.echo(f"{one.answer}\t{code}\t{_words(found, one.stops)}")
    found_out = {one.answer for one in answers.values()}
    raise click.exceptions.Exit(next(code for one, code in _EXITS if one in found_out))


def _looked_up(found: OfflineList, code: str, *, old: bool) -> Checked:
    told = found.check(levels(code_in(code)))
    if old and told.answer is Answer.FREE:
        return msgspec.structs.replace(told, answer=Answer.UNSURE)
    return told


def _words(found: OfflineList, stops: Sequence[tuple[str, int]]) -> str:
    causes = {number: found.causes.causes[number] for _, number in stops}
    return " ".join(one.vi or one.en or one.source for one in causes.values())


def _taken(client: httpx.Client, path: str) -> bytes:
    answer = client.get(path)
    answer.raise_for_status()
    return answer.content
