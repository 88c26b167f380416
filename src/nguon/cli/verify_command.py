# SPDX-License-Identifier: Apache-2.0
"""``nguon verify``: what a receipt, a package or a checkpoint shows, without a network."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from nguon import gs1
from nguon.base.base64url import url_octets
from nguon.base.errors import FaultyInputError, NguonError
from nguon.base.messages import LANGUAGES, Language, text
from nguon.cli.output import complain, json_option, print_json
from nguon.dossier import verifying as dossiers
from nguon.dossier.findings import AnyFinding as Finding
from nguon.dossier.findings import failed, words
from nguon.dossier.model import LIMIT
from nguon.dossier.reading import is_dossier
from nguon.evidence.errors import EvidenceError
from nguon.evidence.items import Item
from nguon.evidence.marking import Judged, judge_marks
from nguon.evidence.reading import read_evidence
from nguon.evidence.receipts import SUFFIX, read_number
from nguon.evidence.verifying import Asked, judge
from nguon.settings import load
from nguon.tlog.verifying import anchor_checks, own_policy
from nguon.transparency.judging import Clock
from nguon.transparency.policies import Policy, read_policy

_MARKS = {True: "+", False: "✗", None: "·"}
_UNREADABLE = 2


@dataclass(frozen=True, slots=True)
class _Options:
    file: Path
    event: Path | None
    policy: Path | None
    item: str | None
    secret: str | None
    number: str | None
    max_age: float | None
    certificates: Path | None
    beside: Path | None
    beside_event: Path | None
    lang: Language | None
    as_json: bool


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--event", type=click.Path(path_type=Path), help="The event, or its document.")
@click.option("--policy", type=click.Path(path_type=Path), help="C2SP tlog-policy.")
@click.option("--item", help="What it should be about: any identifier.")
@click.option("--secret", help="The item's own secret, base64url.")
@click.option("--number", help="The receipt's number; otherwise the file's name, if it is one.")
@click.option("--max-age", type=click.FloatRange(0), help="Hours that cosignatures may be old.")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    help="Roots of timestamp authorities, PEM.",
)
@click.option(
    "--beside",
    type=click.Path(path_type=Path),
    help="Another proof: is what both are about marked alike?",
)
@click.option("--beside-event", type=click.Path(path_type=Path), help="The event of that one.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="One language; otherwise both.")
@json_option
def command(**given: Any) -> None:
    """Say what a receipt or a package of proofs shows, in plain words, and what it does not.

    FILE (- for standard input) may also be a package of evidence, which is judged claim by
    claim, the text of a QR symbol, or a checkpoint. Status 0: all that was checked holds; 1:
    something does not; 2: it cannot be read. Needs neither a network nor the database; without
    --policy it trusts this installation's log.
    """
    options = _Options(**given)
    try:
        findings = _findings(options)
    except NguonError as error:
        complain(error, error.faults if isinstance(error, FaultyInputError) else [])
        raise click.exceptions.Exit(_UNREADABLE) from error
    if options.as_json:
        print_json(findings)
    else:
        for language in LANGUAGES if options.lang is None else (options.lang,):
            _say(findings, language)
    raise click.exceptions.Exit(int(failed(findings)))


def _findings(options: _Options) -> tuple[Finding, ...]:
    octets = _read(options.file)
    if is_dossier(octets):
        clock, asked = _asking(options, None)
        return dossiers.verify(octets, _policy(options.policy), clock, asked)
    number = options.number or _number(options.file)
    one = _judged(options, octets, options.event, number)
    if options.beside is None:
        return one.findings
    beside = _read(options.beside)
    two = _judged(options, beside, options.beside_event, _number(options.beside))
    return (*one.findings, *filter(_is_wrong, two.findings), judge_marks(one, two))


def _is_wrong(finding: Finding) -> bool:
    return finding.holds is False


def _judged(options: _Options, octets: bytes, event: Path | None, number: str | None) -> Judged:
    clock, asked = _asking(options, number)
    given = None if event is None else _read(event)
    evidence = read_evidence(octets)
    found = judge(evidence, _policy(options.policy), clock, event=given, asked=asked)
    return Judged(evidence, found, given)


def _asking(options: _Options, number: str | None) -> tuple[Clock, Asked]:
    anchors = anchor_checks(options.certificates)
    oldest = None if options.max_age is None else int(options.max_age * 3600)
    item = _item(options.item, options.secret)
    return Clock(int(time.time()), oldest), Asked(item, number, anchors=anchors)


def _say(findings: Sequence[Finding], language: Language) -> None:
    for finding in findings:
        told = words(finding, language)
        click.echo(f"{_MARKS[finding.holds]} {told.text}")
        for more in filter(None, (told.reason, told.hint)):
            click.echo(f"    {more}")
    verdict = "fails" if failed(findings) else "holds"
    click.echo(f"= {text(f'evidence.verdict.{verdict}', language)}")
    if verdict == "holds":
        click.echo(f"  {text('evidence.verdict.note', language)}")
    click.echo()


def _read(path: Path) -> bytes:
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read(LIMIT + 1)
        with path.open("rb") as opened:
            return opened.read(LIMIT + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EvidenceError("evidence.no-file", place=str(path), reason=reason) from error


def _policy(path: Path | None) -> Policy:
    if path is not None:
        return read_policy(_read(path))
    found = own_policy(load().log_files)
    if found is None:
        raise EvidenceError("evidence.no-policy", place="--policy")
    return found


def _item(item: str | None, secret: str | None) -> Item | None:
    if item is None:
        return None
    held = None if secret is None else url_octets(secret)
    if secret is not None and (held is None or len(held) != 32):
        raise EvidenceError("evidence.form", place="--secret")
    return Item(item if item.startswith("uri:") else gs1.parse(item).key, held)


def _number(path: Path) -> str | None:
    """The number that a downloaded receipt is named by."""
    if path.suffix != SUFFIX:
        return None
    try:
        read_number(path.stem)
    except EvidenceError:
        return None
    return path.stem
