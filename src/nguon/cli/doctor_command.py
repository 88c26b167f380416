# SPDX-License-Identifier: Apache-2.0
"""``nguon doctor``: is everything as it should be?"""

import platform
import sqlite3
import sys
from collections.abc import Iterator

import click
import msgspec

from nguon import __version__
from nguon.base.errors import NguonError
from nguon.base.time import from_microseconds, rfc3339
from nguon.cli.output import json_option, print_json
from nguon.settings import Settings, load
from nguon.store import Store, open_store
from nguon.trace.index.service import Index


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at."""

    what: str
    good: bool
    detail: str


@click.command("doctor")
@json_option
def command(as_json: bool) -> None:
    """Check settings, store, log and unfinished captures; status 1 when something is wrong."""
    settings = load()
    findings = [_versions(), *_store(settings)]
    if as_json:
        print_json(findings)
    else:
        for one in findings:
            click.echo(f"{'ok ' if one.good else 'BAD'}  {one.what}: {one.detail}")
    if not all(one.good for one in findings):
        raise click.exceptions.Exit(1)


def _versions() -> Finding:
    detail = (
        f"nguon {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
    return Finding("versions", sys.version_info >= (3, 11), detail)


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        store = open_store(settings.database_url)
    except (NguonError, OSError) as error:
        yield Finding("store", False, str(error))
        return
    try:
        yield Finding("store", True, store.dialect)
        yield _log(store)
        yield _captures(store, settings)
        yield _index(store, settings)
    finally:
        store.close()


def _log(store: Store) -> Finding:
    head, gaps = store.log.head(), store.log.gaps()
    last = "empty" if head.seq == 0 else f"last {rfc3339(from_microseconds(head.record_time))}"
    missing = f"; MISSING after {', '.join(map(str, gaps[:10]))}" if gaps else ", no gap"
    return Finding("log", not gaps, f"{head.seq} entries, {last}{missing}")


def _captures(store: Store, settings: Settings) -> Finding:
    waiting = store.jobs.unfinished()
    lost = [job.id for job in waiting if job.spool and not (settings.spool / job.spool).is_file()]
    detail = f"{len(waiting)} unfinished"
    if lost:
        detail += f"; documents missing from {settings.spool}: {', '.join(lost)}"
    return Finding("captures", not lost, detail)


def _index(store: Store, settings: Settings) -> Finding:
    """What is behind is read from the store as it is asked for; what is damaged is built anew."""
    try:
        state = Index(store, settings.trace_index).state()
    except (NguonError, OSError) as error:
        return Finding("trace index", False, str(error))
    detail = f"{state.events} events, {state.behind} entries behind the log"
    return Finding("trace index", True, detail)
