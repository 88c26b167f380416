# SPDX-License-Identifier: Apache-2.0
"""A province's worth of register entries, and events that name them."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from bench.goods import events, gln, gtin
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.cli.workplace import operator
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import queries
from nguon.registry.service import import_csv
from nguon.store import Store
from nguon.vn.units import Commune, communes

COOPERATIVES = 1_000
_DOCUMENT = 5_000
_TOGETHER = 3


def cooperative(number: int) -> str:
    """The code of a cooperative."""
    return f"htx-{number:04d}"


def registers(store: Store, total: int) -> None:
    """Organisations (half), places (four tenths), products (a tenth) and planting-area codes."""
    households = total // 2 - 2 * COOPERATIVES
    _taken(store, "organisation", _ORGANISATION, _organisations(households))
    _taken(store, "place", _PLACE, _places(total * 4 // 10))
    _taken(store, "product", _PRODUCT, _products(total // 10))
    _taken(store, "certificate", _CERTIFICATE, _certificates())


_ORGANISATION = ("code", "kind", "name_vi", "commune", "gln", "member_of")
_PLACE = ("key", "kind", "name_vi", "holder", "commune", "national_code", "crop", "area_ha")
_PRODUCT = ("key", "name_vi", "maker", "crop")
_CERTIFICATE = (
    *("number", "scheme", "issuer", "organisation", "place", "valid_from", "valid_to"),
    *("crop", "markets", "status", "status_from"),
)


def _organisations(households: int) -> Iterator[Sequence[Any]]:
    for n in range(COOPERATIVES):
        name = f"Cooperative {n} {_commune(n).name}"
        yield cooperative(n), "cooperative", name, _commune(n).code, gln(n), ""
    for n in range(households):
        owner = n % COOPERATIVES
        yield (
            _household(n),
            "household",
            f"Household {n}",
            _commune(owner).code,
            "",
            cooperative(owner),
        )


def _household(number: int) -> str:
    return f"ho-{number:06d}"


def _commune(owner: int) -> Commune:
    units = communes()
    return units[owner * 3 % len(units)]


def _places(total: int) -> Iterator[Sequence[Any]]:
    """A packing house and an area with a code for each cooperative, plots for its households."""
    for n in range(total):
        turn, owner = divmod(n, COOPERATIVES)
        unit, key = _commune(owner).code, gln(n)
        if turn == 0:
            yield key, "packing_house", f"House {n}", cooperative(owner), unit, "", "", ""
        elif turn == 1:
            holder, code = cooperative(owner), area_code(owner)
            yield key, "planting_area", f"Area {n}", holder, unit, code, "longan", "25"
        else:
            holder = _household((turn - 2) * COOPERATIVES + owner)
            yield key, "farm", f"Plot {n}", holder, unit, "", "longan", "0.5"


def area_code(owner: int) -> str:
    """The planting-area code of a cooperative."""
    return f"VN-{chr(65 + owner % 26)}{chr(65 + owner // 26 % 26)}OR-{owner + 1000}"


def _products(total: int) -> Iterator[Sequence[Any]]:
    for n in range(total):
        yield gtin(n), f"Product {n}", cooperative(n % COOPERATIVES), "longan"


def _certificates() -> Iterator[Sequence[Any]]:
    for n in range(COOPERATIVES):
        yield (
            *(area_code(n), "planting-area", "Office", cooperative(n), f"vn-area:{area_code(n)}"),
            *("2025-05-01", "2028-04-30", "longan", "CN; JP", "approved", "2025-05-01"),
        )


def _taken(
    store: Store, register: str, headings: Sequence[str], rows: Iterator[Sequence[Any]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    report = import_csv(store, register, text.getvalue())
    if not report.done:
        raise SystemExit(f"{register}: {report.faults[:3]}")


def captured(store: Store, capture: CaptureService, total: int) -> None:
    """Events of many cooperatives, in documents."""
    found = [
        queries.organisation_by_code(store, operator(), cooperative(number)) for number in range(50)
    ]
    senders = [
        Principal(one.id, "bench", KeyKind.MEMBER, frozenset({Scope.CAPTURE}), strict=False)
        for one in found
        if one is not None
    ]

    def send(number: int) -> None:
        with drawing:
            document = _document()
        capture.document(document, Origin(senders[number % len(senders)]))

    drawing = Lock()
    with ThreadPoolExecutor(_TOGETHER) as together:
        for _ in together.map(send, range(-(-total // _DOCUMENT))):
            pass


def _document() -> bytes:
    return json.dumps(
        {
            "@context": [
                "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                {"example": "https://example.vn/ns/"},
            ],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-01T00:00:00.000Z",
            "epcisBody": {"eventList": list(events(_DOCUMENT))},
        },
        separators=(",", ":"),
    ).encode()
