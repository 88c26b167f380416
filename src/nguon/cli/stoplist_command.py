# SPDX-License-Identifier: Apache-2.0
"""``nguon stoplist``: fetch the signed list into a folder, verify it, check codes without network.

The folder has ``list.json`` (the signed head), ``keys.json`` (the platform's DID document),
``filter``, ``causes`` and ``shard-<number>``.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx
import msgspec

from nguon import gs1
from nguon.base.errors import NguonError
from nguon.cli.output import json_option, print_json
from nguon.registry.links import keys as keys_of
from nguon.signing.keys import PublicKey, public_key
from nguon.stoplist import offline, shards
from nguon.stoplist.errors import StopError
from nguon.stoplist.offline import Answer, OfflineList

_EXITS = ((Answer.STOPPED, 1), (Answer.UNSURE, 2), (Answer.FREE, 0))
_SECONDS = 30


@click.group("stoplist")
def command() -> None:
    """The signed stop list: fetched, verified, looked up in without a network."""


@command.command("fetch")
@click.argument("server")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def fetch(server: str, folder: Path) -> None:
    """Take the list of SERVER into FOLDER and verify it; parts that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with httpx.Client(base_url=server, timeout=_SECONDS) as client:
        head, did = (_taken(client, path) for path in ("/stoplist", "/.well-known/did.json"))
        manifest = offline.verify(json.loads(head)["signed"], _keys(did))
        base = f"/stoplist/{manifest.version}"
        wanted = [("filter", manifest.filter), ("causes", manifest.causes)]
        wanted += [(f"shard-{at}", digest) for at, digest in enumerate(manifest.shards)]
        for name, digest in wanted:
            file = folder / name
            if not file.is_file() or offline.digest(file.read_bytes()) != digest:
                path = f"{base}/{name.replace('shard-', 'shards/')}"
                file.write_bytes(offline.checked(_taken(client, path), digest, name))
    (folder / "keys.json").write_bytes(did)
    (folder / "list.json").write_bytes(head)
    click.echo(f"{manifest.version} {manifest.count}")


@command.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
def verify(folder: Path, as_json: bool) -> None:
    """Verify the list in FOLDER, every part of it; status 1 where it is too old."""
    found = _opened(folder)
    lines = 0
    for at in range(len(found.manifest.shards)):
        octets = _shard(folder, at)
        if octets is not None:
            part = offline.checked(octets, found.manifest.shards[at], f"shard-{at}")
            lines += len(shards.read(part))
    old = found.too_old(datetime.now(UTC))
    told = {
        "version": found.manifest.version,
        "made": found.manifest.made.isoformat(),
        "until": found.manifest.until.isoformat(),
        "count": found.manifest.count,
        "lines": lines,
        "too_old": old,
    }
    if as_json:
        print_json(told)
    else:
        for name, value in told.items():
            click.echo(f"{name}: {value}")
    if old:
        raise click.exceptions.Exit(1)


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("codes", nargs=-1, required=True)
@json_option
def check(folder: Path, codes: Sequence[str], as_json: bool) -> None:
    """Look CODES up in the list in FOLDER; status 1 for a stopped one, 2 where it is not known."""
    found = _opened(folder)
    answers = {code: found.check(keys_of.levels(gs1.parse(code))) for code in codes}
    if as_json:
        print_json(answers)
    else:
        for code, one in answers.items():
            click.echo(f"{one.answer}\t{code}\t{_words(found, one.stops)}")
    found_out = {one.answer for one in answers.values()}
    raise click.exceptions.Exit(next(code for one, code in _EXITS if one in found_out))


def _words(found: OfflineList, stops: Sequence[tuple[str, int]]) -> str:
    causes = {number: found.causes.causes[number] for _, number in stops}
    return " ".join(one.vi or one.en or one.source for one in causes.values())


def _opened(folder: Path) -> OfflineList:
    try:
        names = ("list.json", "keys.json", "filter", "causes")
        head, did, keys, causes = ((folder / name).read_bytes() for name in names)
        signed = json.loads(head)["signed"]
    except (OSError, ValueError, KeyError) as error:
        raise StopError("stoplist.list-form") from error
    manifest = offline.verify(signed, _keys(did))
    return OfflineList(manifest, keys, causes, lambda at: _shard(folder, at))


def _shard(folder: Path, at: int) -> bytes | None:
    file = folder / f"shard-{at}"
    return file.read_bytes() if file.is_file() else None


def _taken(client: httpx.Client, path: str) -> bytes:
    answer = client.get(path)
    answer.raise_for_status()
    return answer.content


def _keys(did: bytes) -> list[PublicKey]:
    document: dict[str, Any] = msgspec.json.decode(did)
    found = []
    for method in document.get("verificationMethod", []):
        try:
            found.append(public_key(method["publicKeyJwk"]))
        except (KeyError, NguonError):
            continue
    return found
