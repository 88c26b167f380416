# SPDX-License-Identifier: Apache-2.0
"""Loads the demonstration goods from their folder, as their owners would have sent them."""

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

import nguon
from nguon.base.errors import NguonError
from nguon.capture.errors import RefusedEventsError
from nguon.capture.service import CaptureService
from nguon.capture.signed import Presented
from nguon.capture.writing import Origin
from nguon.cli.demonstration_desk import Desk
from nguon.cli.demonstration_people import Account
from nguon.cli.errors import CommandError
from nguon.cli.workplace import operator
from nguon.identity import keys
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import queries as registry
from nguon.registry.service import import_csv
from nguon.settings import Settings
from nguon.store import Store
from nguon.web.start import StartLink

_KEY_FILE = "demonstration.key"


class Paper(msgspec.Struct, frozen=True):
    """A document of events and the organisation that sends it."""

    path: str
    organisation: str
    scenario: str


class Register(msgspec.Struct, frozen=True):
    """A table of master data."""

    kind: str
    path: str


class Link(msgspec.Struct, frozen=True):
    """An address worth opening, and why."""

    path: str
    vi: str
    en: str


class Manifest(Desk, frozen=True, kw_only=True):
    """What a folder of demonstration goods holds, in the order of loading, and the desks."""

    master: list[Register]
    document: list[Paper]
    link: list[Link]
    start: tuple[StartLink, ...]
    """What the start page offers."""
    person: tuple[Account, ...] = ()
    """Who can sign in."""


def default_folder() -> Path:
    """``examples/`` of the checkout that this package belongs to."""
    return Path(nguon.__file__).parents[2] / "examples"


def read_manifest(folder: Path) -> Manifest:
    """The folder's ``manifest.toml``; raises `CommandError` when there is none."""
    path = folder / "manifest.toml"
    if not path.is_file():
        raise CommandError("cli.no-manifest", folder=str(folder))
    content: Any = tomllib.loads(path.read_text("utf-8"))
    return msgspec.convert(content, Manifest)


Signing = Callable[[Paper, Principal, bytes], Presented | None]
"""The signature that a document is sent with; None for one that nobody signs."""


def unsigned(_paper: Paper, _sender: Principal, _body: bytes) -> None:
    """Nobody has a key."""


def load(
    store: Store,
    capture: CaptureService,
    folder: Path,
    manifest: Manifest,
    step: Callable[[str], None],
) -> int:
    """Load all of it, unsigned; what is there already is recognised. Gives the number of events."""
    registers(store, folder, manifest, step)
    return documents(store, capture, folder, manifest, step)


def registers(store: Store, folder: Path, manifest: Manifest, step: Callable[[str], None]) -> None:
    """Load the tables of master data."""
    for register in manifest.master:
        step(register.path)
        report = import_csv(store, register.kind.removesuffix("s"), folder / register.path)
        if not report.done:
            fault = report.faults[0]
            raise NguonError(fault.code, **fault.params)


def documents(
    store: Store,
    capture: CaptureService,
    folder: Path,
    manifest: Manifest,
    step: Callable[[str], None],
    signing: Signing = unsigned,
) -> int:
    """Capture the documents, each on its sender's behalf; gives the number of events."""
    events = 0
    for paper in manifest.document:
        step(paper.path)
        sender = _sender(store, paper.organisation)
        body = (folder / paper.path).read_bytes()
        try:
            job = capture.document(body, Origin(sender, presented=signing(paper, sender, body)))
        except RefusedEventsError:
            # It speaks for what is not the signer's: whoever has no grant sends it unsigned.
            job = capture.document(body, Origin(sender))
        if not job.success:
            raise CommandError("cli.not-captured", path=paper.path, errors=job.errors)
        events += job.position
    return events


def pictures(folder: Path, media: Path) -> None:
    """Put the goods' drawings where the server looks for product pictures."""
    if (folder / "media").is_dir():
        shutil.copytree(folder / "media", media, dirs_exist_ok=True)


def _sender(store: Store, code: str) -> Principal:
    found = registry.organisation_by_code(store, operator(), code)
    if found is None:
        raise CommandError("cli.unknown-organisation", organisation=code)
    return Principal(found.id, "demo", KeyKind.MEMBER, frozenset({Scope.CAPTURE}), strict=True)


def key(store: Store, settings: Settings, organisation: str) -> str:
    """The demonstration key: the one made earlier while it is good, else a new one.

    An inspector's key that may also capture for one organisation; kept readable
    by its owner only, because this is a demonstration.
    """
    path = settings.data / _KEY_FILE
    if path.is_file():
        secret = path.read_text("ascii").strip()
        if keys.authenticate(store, secret) is not None:
            return secret
    _, secret = keys.create(
        store,
        _sender(store, organisation).organisation,
        name="demonstration",
        scopes=[Scope.CAPTURE, Scope.READ, Scope.TRACE],
        kind=KeyKind.INSPECTOR,
    )
    path.touch(mode=0o600)
    path.write_text(secret + "\n", "ascii")
    return secret
