# SPDX-License-Identifier: Apache-2.0
"""``nguon log scrub``: what the server's reading again has found, or a whole round now."""

from collections.abc import Sequence

import click
import msgspec

from nguon.base.errors import Fault
from nguon.base.time import from_microseconds, rfc3339
from nguon.capture.anew import recompute_all
from nguon.cli.output import json_option, print_json, say_faults
from nguon.cli.workplace import opened
from nguon.settings import load
from nguon.tlog.scrub.findings import Finding, Report
from nguon.tlog.scrubbing import Scrubber
from nguon.tlog.service import Tlog


@click.command("scrub")
@click.option("--all", "whole", is_flag=True, help="A whole round now, without rests.")
@click.option("--since", type=click.IntRange(min=1), help="Likewise, entries from this one on.")
@json_option
def command(*, whole: bool, since: int | None, as_json: bool) -> None:
    """What is stored and is not what it must be; status 1 where something was found.

    Repairs nothing. Stop the server before --all and --since: it reads everything again itself.
    """
    settings = load()
    with opened(settings) as store:
        tlog = Tlog(store, settings.log_files, settings.base_url)
        scrubber = Scrubber(tlog, recompute_all)
        try:
            if whole or since is not None:
                scrubber.whole(since or 0)
            found = scrubber.report()
        finally:
            scrubber.close()
            tlog.close()
    if as_json:
        print_json(found)
    else:
        _print(found)
    if not found.sound:
        raise click.exceptions.Exit(1)


def _print(report: Report) -> None:
    if report.last is not None:
        last = report.last
        things = ", ".join(f"{name} {count}" for name, count in last.checked.items())
        ended = rfc3339(from_microseconds(int(last.ended * 1e6)))
        click.echo(f"round {last.number}: {last.seconds:.0f} s, ended {ended}; {things}")
        _say(last.findings)
    if report.part:
        at = " ".join(map(str, report.at))
        click.echo(f"round {report.number}: {report.part} {at}")
        _say(report.findings)


def _say(findings: Sequence[Finding]) -> None:
    say_faults(Fault(one.place, one.code, msgspec.structs.asdict(one)) for one in findings)
