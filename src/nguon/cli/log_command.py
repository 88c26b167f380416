# SPDX-License-Identifier: Apache-2.0
"""``nguon log``: what was signed, whether it is sound, shards, keys, after a restored backup."""

import time

import click
import msgspec

from nguon.base.errors import NguonError
from nguon.base.messages import LANGUAGES, text
from nguon.base.time import from_microseconds, rfc3339
from nguon.cli import log_anchor_command, log_scrub_command
from nguon.cli.log_opened import opened_log, shard_named
from nguon.cli.output import complain, json_option, print_json
from nguon.tlog import auditing, restoring, rotating
from nguon.tlog.errors import LogError, RefusedError
from nguon.tlog.model import Shard
from nguon.tlog.service import Tlog
from nguon.tlog.weakening import Policies, written


class ShardStatus(msgspec.Struct, frozen=True):
    """A shard as it stands."""

    name: str
    origin: str
    first: int
    last: int | None
    size: int
    root: str
    signed: str | None
    waiting: int
    keys: list[str]


class Status(msgspec.Struct, frozen=True):
    """The log as it stands."""

    folder: str
    head: int
    shards: list[ShardStatus]
    quorum: str
    witnesses: list[str]
    refusal: str | None


@click.group("log")
def command() -> None:
    """The log: what was signed, and whether it is sound."""


command.add_command(log_scrub_command.command)


command.add_command(log_anchor_command.command)


@command.command("status")
@json_option
def status(as_json: bool) -> None:
    """Shards, sizes, last signatures, witnesses; status 1 where nothing may be signed."""
    with opened_log() as tlog:
        reason = _hindrance(tlog)
        found = _status(tlog, reason)
    if as_json:
        print_json(found)
    else:
        _print(found)
    if reason is not None:
        if not as_json:
            complain(reason, [])
        raise click.exceptions.Exit(1)


@command.command("fsck")
@click.option("--shard", help="One shard alone, by its name.")
def fsck(shard: str | None) -> None:
    """Read everything again that was signed; status 1 when something is wrong."""
    wrong = 0
    with opened_log() as tlog:
        tlog.current()
        for one in tlog.shards() if shard is None else (tlog.named(shard),):
            begun, signed = time.perf_counter(), tlog.signed(one)
            for error in auditing.audit(tlog, one):
                wrong += 1
                complain(error, [])
            size, seconds = 0 if signed is None else signed.size, time.perf_counter() - begun
            _say("tlog.fsck-done", shard=one.name, size=size, seconds=f"{seconds:.1f}")
    _say("tlog.fsck-bad" if wrong else "tlog.fsck-good", count=wrong)
    if wrong:
        raise click.exceptions.Exit(1)


@command.command("shard")
def shard() -> None:
    """End the shard that grows and begin the next one."""
    with opened_log() as tlog:
        old = tlog.current()
        made = tlog.cut()
    click.echo(f"{old.name} {old.first}–{made.first - 1}")
    click.echo(f"{made.name} {made.first}– {made.origin}")


@command.command("restore")
@click.option(
    "--state", is_flag=True, help="The state file is lost: take the published checkpoints for it."
)
def restore(*, state: bool) -> None:
    """Take entries that an older copy of the database lacks from the log's own files."""
    with opened_log() as tlog:
        if state:
            _say("tlog.adopted", count=restoring.adopt(tlog))
        else:
            _say("tlog.restored", count=restoring.restore(tlog))


@command.command("policy")
@click.option("--accept", is_flag=True, help="Answer for a policy that is weaker than before.")
def policy(*, accept: bool) -> None:
    """The witnesses' policy as it is followed; status 1 where it is weaker than before."""
    with opened_log() as tlog:
        policies = Policies(tlog)
        found = tlog.policy()
        if accept:
            policies.accept()
        policies.read()
    if found is not None:
        click.echo(written(found).decode("utf-8", "replace"), nl=False)
    if policies.weakened is not None:
        params = {"now": policies.weakened.now, "before": policies.weakened.before}
        complain(LogError("witness.weakened", **params), [])
        raise click.exceptions.Exit(1)


@command.group("key")
def key() -> None:
    """The keys that sign."""


@key.command("list")
def listing() -> None:
    """The keys that sign each shard, and that of the next one if there is one."""
    with opened_log() as tlog:
        for each in tlog.all_keys():
            click.echo(str(each))


@key.command("next")
def coming() -> None:
    """Make the key of the next shard before it begins, to be published. Back the file up again."""
    with opened_log() as tlog:
        made = tlog.prepare(tlog.current())
    click.echo(str(made))


@key.command("rotate")
@click.option("--shard", "name", help="A shard by its name; the one that grows.")
def rotate(name: str | None) -> None:
    """Make a new key; the old one signs beside it until it is retired. Back the file up again."""
    with opened_log() as tlog:
        made = rotating.rotate(tlog, shard_named(tlog, name), int(time.time()))
    click.echo(str(made))


@key.command("retire")
@click.option("--shard", "name", help="A shard by its name; the one that grows.")
def retire(name: str | None) -> None:
    """Let the old key sign no more."""
    with opened_log() as tlog:
        gone = rotating.retire(tlog, shard_named(tlog, name))
    click.echo(str(gone))


def _hindrance(tlog: Tlog) -> NguonError | None:
    """Why a server could not sign, as far as it can be seen from here."""
    try:
        for one in tlog.shards():
            tlog.state.reached(one.number)
            tlog.keys.signers(one)
    except RefusedError as error:
        return error
    return tlog.refusal()


def _status(tlog: Tlog, reason: NguonError | None) -> Status:
    head, policy = tlog.store.log.head().seq, tlog.policy()
    return Status(
        folder=str(tlog.files.folder),
        head=head,
        shards=[_standing(tlog, one, head) for one in tlog.shards()],
        quorum="none" if policy is None else policy.quorum,
        witnesses=[] if policy is None else list(policy.witnesses),
        refusal=None if reason is None else reason.code,
    )


def _standing(tlog: Tlog, shard: Shard, head: int) -> ShardStatus:
    signed = tlog.signed(shard)
    size = 0 if signed is None else signed.size
    return ShardStatus(
        name=shard.name,
        origin=shard.origin,
        first=shard.first,
        last=shard.last,
        size=size,
        root="" if signed is None else signed.root.hex(),
        signed=None if signed is None else rfc3339(from_microseconds(signed.time * 1_000_000)),
        waiting=shard.end(head) - shard.first - size,
        keys=[str(each) for each in tlog.log_keys(shard)],
    )


def _print(found: Status) -> None:
    click.echo(f"{found.folder}  {found.head}")
    for one in found.shards:
        span = f"{one.first}–{'' if one.last is None else one.last}"
        click.echo(f"{one.name:4} {one.origin}  {span}  {one.size} (+{one.waiting})  {one.signed}")
        click.echo(f"     {one.root}")
    click.echo(f"quorum {found.quorum}  {' '.join(found.witnesses)}")


def _say(code: str, **params: object) -> None:
    for language in LANGUAGES:
        click.echo(text(code, language, **params))
