# SPDX-License-Identifier: Apache-2.0
"""``nguon mirror``: keep, prove and serve a full copy of a log, this platform's or anybody's."""

import signal
import threading
from contextlib import closing
from pathlib import Path

import click

from nguon.base.errors import Fault
from nguon.cli.output import json_option, print_json, say_faults
from nguon.mirror.chain import Chain, homes
from nguon.mirror.checking import check as checked
from nguon.mirror.fetching import Source
from nguon.mirror.following import FRESH, PATIENCE, Limits
from nguon.mirror.keeping import Said, said
from nguon.mirror.running import Bell, follow, policy_in
from nguon.mirror.running import serve as serve_copy

_folder = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="NGUON_MIRROR_DATA",
    default="mirror",
    show_default=True,
    help="Folder of the copy and of what the mirror has to say.",
)
_url = click.option(
    "--url", envvar="NGUON_MIRROR_URL", required=True, help="Address of the log (…/log/1)."
)
_policy = click.option(
    "--policy",
    type=click.Path(path_type=Path),
    envvar="NGUON_MIRROR_POLICY",
    required=True,
    help="Which logs and witnesses are trusted (C2SP tlog-policy).",
)


@click.group("mirror")
def command() -> None:
    """A mirror of a log: a full copy, proved and served; needs nothing of the platform."""


@command.command("run")
@_folder
@_url
@_policy
@click.option(
    "--every", type=float, envvar="NGUON_MIRROR_EVERY", default=10.0, show_default=True,
    help="Seconds between two looks at the log.",
)  # fmt: skip
@click.option(
    "--patience", type=int, envvar="NGUON_MIRROR_PATIENCE", default=PATIENCE, show_default=True,
    help="Seconds without a head of the map or a quorum before the alarm.",
)  # fmt: skip
@click.option(
    "--fresh", type=int, envvar="NGUON_MIRROR_FRESH", default=FRESH, show_default=True,
    help="Seconds that the newest cosignature may be old before the alarm.",
)  # fmt: skip
@click.option("--alarm", envvar="NGUON_MIRROR_ALARM", help="Program to run on an alarm.")
@click.option("--once", is_flag=True, help="Look once; status 1 where there is any alarm.")
def run(
    data: Path,
    url: str,
    policy: Path,
    *,
    alarm: str | None,
    once: bool,
    every: float,
    **limits: int,
) -> None:
    """Follow a log through its shards until told to stop."""
    chain = Chain(
        data,
        lambda: policy_in(policy),
        url,
        bell=lambda home: Bell(home, alarm),
        limits=Limits(**limits),
    )
    with closing(chain):
        if once:
            found = chain.turn()
            for status in found:
                click.echo(f"{status.origin} {status.size}")
            if any(status.alarms or status.trouble for status in found):
                raise click.exceptions.Exit(1)
            return
        stopping = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stopping.set())
        follow(chain, every, stopping)


@command.command("check")
@_folder
@_url
@_policy
@click.option("--quick", is_flag=True, help="Do not fetch and compare every file of the log.")
@json_option
def check(data: Path, url: str, policy: Path, *, quick: bool, as_json: bool) -> None:
    """Hash and map the whole copy again, compare it with the log; status 1 for any fault."""
    faults, alarms = [], list[Said]()
    for home in homes(data):
        with Source(url if home.path == data else home.status().url) as source:
            found = list(checked(home, policy_in(policy), source, deep=not quick))
        status = home.status()
        faults += found
        alarms += status.alarms
        if not (as_json or found or status.alarms):
            click.echo(f"{status.origin} {status.size} ok")
    if as_json:
        print_json({"faults": [said(each, 0) for each in faults], "alarms": alarms})
    else:
        say_faults(Fault("", each.code, each.params) for each in faults)
        for alarm in alarms:
            click.echo(f"{alarm.time} {alarm.code}: {alarm.vi}\n{alarm.en}", err=True)
    if faults or alarms:
        raise click.exceptions.Exit(1)


@command.command("serve")
@_folder
@click.option("--host", envvar="NGUON_MIRROR_HOST", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, envvar="NGUON_MIRROR_PORT", default=8200, show_default=True)
def serve(data: Path, host: str, port: int) -> None:
    """Serve the copies under the log's own paths."""
    serve_copy(data, host, port)
