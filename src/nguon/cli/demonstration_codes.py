# SPDX-License-Identifier: Apache-2.0
"""Codes of the demonstration: licensed, issued, packed, linked, named and scanned; done once,
again they are the same.
"""

import msgspec

from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.cli.demonstration_desk import ForeignName, Leading, Licensed, SerialBlock
from nguon.cli.errors import CommandError
from nguon.codes import blocks, licences, printing
from nguon.codes import queries as issued
from nguon.codes.model import Block, LicenceAsked, MarkKind, OrderAsked
from nguon.identity.model import Principal, Role
from nguon.registry.bridge import service as bridge
from nguon.registry.bridge.model import Claim
from nguon.registry.links import queries as leading
from nguon.registry.links import service as links
from nguon.scans import queries as scans
from nguon.scans.recorder import Recorder
from nguon.store import Store

_KEY = "demo"
_NOWHERE = "http://localhost"
"""Links of the demonstration lead to other sites."""
_PHONES = (
    b"Mozilla/5.0 (Linux; Android 14) Mobile",
    b"Mozilla/5.0 (iPhone)",
    b"Mozilla/5.0 (iPad)",
)
_OPERATOR = Principal(0, _KEY, Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)


def license_(store: Store, by: Principal, wanted: Licensed) -> None:
    """Record a licence for an organisation: checked, or left to wait as its manager declared it."""
    asked = LicenceAsked(
        kind=wanted.kind, value=wanted.value, valid_from=wanted.valid_from, source=wanted.source
    )
    if wanted.checked:
        licences.declare(store, _OPERATOR, asked, organisation=by.organisation)
    else:
        licences.declare(store, by, asked)


def issue(store: Store, by: Principal, wanted: SerialBlock) -> None:
    """Order serials, hand the first ones to a printer and mark what was printed."""
    block = _block(store, by, wanted)
    if wanted.printer is not None:
        printing.hand_out(store, by, block.id, wanted.handed, wanted.printer, _KEY)
    if wanted.printed:
        printing.mark(store, by, block.id, MarkKind.PRINTED, (1, wanted.printed))


def _block(store: Store, by: Principal, wanted: SerialBlock) -> Block:
    asked = OrderAsked(
        gtin=wanted.gtin,
        quantity=wanted.quantity,
        request=f"{_KEY}/{wanted.gtin}/{wanted.lot or wanted.purpose}",
        lot=wanted.lot,
        purpose=wanted.purpose,
        hidden=wanted.hidden,
        signed=wanted.signed,
    )
    return blocks.order(store, by, asked)


def pack(store: Store, capture: CaptureService, by: Principal, wanted: SerialBlock) -> None:
    """Record that the first pieces of a block were packed: from then on they are active."""
    if wanted.active_at is None:
        return
    block = _block(store, by, wanted)
    pieces = issued.pieces(store, by, block.id, offset=0, limit=wanted.active)
    place = {"id": f"https://id.gs1.org/414/{wanted.active_in}"}
    event = {
        "type": "ObjectEvent",
        "eventTime": wanted.active_at.isoformat(),
        "eventTimeZoneOffset": "+07:00",
        "epcList": [piece.link for piece in pieces],
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": place,
        "bizLocation": place,
    }
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": wanted.active_at.isoformat(),
        "epcisBody": {"eventList": [event]},
    }
    job = capture.document(msgspec.json.encode(document), Origin(by))
    if not job.success:
        raise CommandError("cli.not-captured", path=wanted.lot or wanted.gtin, errors=job.errors)


def lead(store: Store, by: Principal, wanted: Leading) -> None:
    """Hang links on a code where it has none."""
    if not leading.of_key(store, by, wanted.key).links:
        links.put(store, by, wanted.key, wanted.links, None, own=_NOWHERE)


def name(store: Store, by: Principal, wanted: ForeignName) -> None:
    """Say what another system calls goods."""
    claim = Claim(
        system=wanted.system,
        source=wanted.source,
        foreign_id=wanted.code,
        item=wanted.item,
        valid_from=wanted.valid_from,
    )
    bridge.put(store, by, [claim])


def scan(store: Store, recorder: Recorder, item: str) -> None:
    """Let a few phones scan a piece that nobody scanned yet."""
    if scans.count(store, item).first is not None:
        return
    for number, agent in enumerate(_PHONES, start=1):
        headers = [(b"user-agent", agent), (b"accept-language", b"vi")]
        client = (f"192.0.2.{number}", 0)
        recorder.saw(item, {"method": "GET", "headers": headers, "client": client})
    recorder.flush()
