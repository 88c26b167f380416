# SPDX-License-Identifier: Apache-2.0
"""Files of an answer to take away; each is made from the same trace as the page."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from litestar import Response
from litestar.params import FromPath

from nguon.base.audience import Audience
from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.compliance import plots
from nguon.compliance.sheets import custody, tracking
from nguon.compliance.sheets.model import Material
from nguon.registry.land import export as land
from nguon.store.values import StoredEvent
from nguon.tables import paper, writing
from nguon.tables.writing import Page, Value
from nguon.web.auth import principal_of
from nguon.web.epcis_answers import query_document
from nguon.web.epcis_headers import EpcFormat
from nguon.web.errors import NotFoundError, RequestError
from nguon.web.languages import negotiate
from nguon.web.services import Services, services
from nguon.web.tracing import panels, tables
from nguon.web.tracing.asked import Asked, read
from nguon.web.tracing.desk import TOLD, Requested, base_of
from nguon.web.tracing.found import Found, find
from nguon.web.tracing.grounds import Grounds
from nguon.web.tracing.told import Told, tell
from nguon.web.tracing.words import Words
from nguon.web.work.files import download

_PORTION = 500
_ON_PAPER = 5_000
_JSON = "application/ld+json"
_PART_OF_IT = "incomplete-"
"""Begins the name of a file where a limit was met: a form fixed by others cannot say it inside."""
_LIMIT = "INCOMPLETE: a limit was met, more records exist than are in this sheet"


class Making(NamedTuple):
    """What a file is made from, and for whom."""

    parts: Services
    audience: Audience
    language: Language
    grounds: Grounds
    words: Words

    @property
    def found(self) -> Found:
        """What was found."""
        return self.grounds.found

    @property
    def cut(self) -> bool:
        """Whether there is more than was found or read up to now."""
        found = self.found
        return self.grounds.cut or found.lineage.truncated or found.starts.truncated

    def told(self) -> Told:
        """The records about what was found."""
        return tell(self.grounds)

    def events(self, told: Told) -> list[StoredEvent]:
        """The same as they were sent."""
        numbers = [one.number for one in told.facts]
        return [
            event
            for start in range(0, len(numbers), _PORTION)
            for event in self.parts.store.events.by_ids(
                self.audience, numbers[start : start + _PORTION]
            )
        ]

    def content(self) -> tables.Content:
        """All tables of the answer."""
        told = self.told()
        return tables.Content(
            self.found,
            self.words,
            dict(told.lanes),
            panels.records(told.facts, self.found, self.parts.tlog, self.words),
            panels.held(self.grounds, self.words),
            panels.gaps(self.grounds, self.words),
            self.cut,
        )

    def material(self) -> Material:
        """What the sheets of authorities abroad are made from."""
        told = self.told()
        parties = [side.party for one in told.facts for side in (one.gave, one.got)]
        places = [
            place for one in told.facts for place in (one.place, one.gave.place, one.got.place)
        ]
        self.words.learn(places=places, parties=parties)
        events = {one.id: one.event for one in self.events(told)}
        return Material(told.facts, events, told.places, told.lot_of, self.words)


async def file(request: Requested, name: FromPath[str]) -> Response[bytes]:
    """A file of the answer to the question in the address."""
    kind = _KINDS.get(name)
    if kind is None:
        raise NotFoundError("files.no-such-file")
    asked = read(base_of(request), request.query_params)
    body, cut = await asyncio.to_thread(
        _made,
        kind.make,
        (services(request.scope), principal_of(request.scope).audience),
        asked,
        negotiate(request.scope),
    )
    return download(body, kind.media_type, f"{_PART_OF_IT}{name}" if cut else name)


def _made(
    make: "Callable[[Making], bytes]",
    by: tuple[Services, Audience],
    asked: Asked,
    language: Language,
) -> tuple[bytes, bool]:
    """The file, and whether there is more than it tells."""
    parts, audience = by
    found = find(parts.store, audience, asked)
    if found is None:
        raise NotFoundError("trace-desk.nothing-to-take", item=asked.item[:80])
    if len(found.keys) > TOLD:
        raise RequestError("trace-desk.too-many-for-file", most=TOLD, n=len(found.keys))
    words = Words(parts.store, audience, language).learn(found.keys)
    grounds = Grounds(parts.store, audience, found)
    making = Making(parts, audience, language, grounds, words)
    return make(making), making.cut


def _xlsx(by: Making) -> bytes:
    return writing.xlsx(tables.pages(by.content()))


def _csv(sheet: str) -> Callable[[Making], bytes]:
    def written(by: Making) -> bytes:
        page = tables.page(by.content(), sheet)
        return writing.csv_text(page.headings, page.rows)

    return written


def _pdf(by: Making) -> bytes:
    page = tables.page(by.content(), "things")
    if len(by.found.things) > _ON_PAPER:
        raise RequestError("files.too-long", most=_ON_PAPER)
    made = f"{datetime.now(UTC).astimezone(HANOI):%d/%m/%Y %H:%M}"
    return paper.pdf(page, by.language, subtitle=text("files.made", by.language, at=made))


def _epcis(by: Making) -> bytes:
    events = [one for one in by.events(by.told()) if one.body is not None]
    return query_document(events, EpcFormat.AS_SENT)


def _plots(by: Making) -> bytes:
    return plots.geojson(by.parts.store, by.audience, sorted(by.told().places))


def _custody(by: Making) -> bytes:
    material = by.material()
    title = f"Chain of custody: {by.found.asked.item}"
    return writing.xlsx(
        [
            Page(
                "SIMP elements",
                custody.ELEMENTS,
                [*custody.elements(material), *_last(by, custody.ELEMENTS)],
                title,
                True,
            ),
            Page(
                "Chain of custody",
                custody.STEPS,
                [*custody.steps(material), *_last(by, custody.STEPS)],
                title,
            ),
        ]
    )


def _tracking(by: Making) -> bytes:
    return writing.xlsx([Page("Sortable spreadsheet", tracking.COLUMNS, _tracked(by))])


def _tracking_csv(by: Making) -> bytes:
    return writing.csv_text(tracking.COLUMNS, _tracked(by))


def _tracked(by: Making) -> list[list[Value]]:
    rows = list(tracking.rows(by.material()))
    return [*rows, *_last(by, tracking.COLUMNS)]


def _last(by: Making, columns: Sequence[str]) -> list[list[Value]]:
    """A row that says that the sheet is not all; none where it is. Asked when it was read."""
    return [[_LIMIT, *("" for _ in columns[1:])]] if by.cut else []


class Kind(NamedTuple):
    """A file: its media type and how it is made."""

    media_type: str
    make: Callable[[Making], bytes]


_KINDS: Mapping[str, Kind] = {
    "trace.xlsx": Kind(writing.XLSX, _xlsx),
    **{f"{sheet}.csv": Kind(writing.CSV, _csv(sheet)) for sheet in tables.SHEETS},
    "trace.pdf": Kind(paper.PDF, _pdf),
    "events.json": Kind(_JSON, _epcis),
    "plots.geojson": Kind(land.MEDIA_TYPE, _plots),
    "custody.xlsx": Kind(writing.XLSX, _custody),
    "tracking.xlsx": Kind(writing.XLSX, _tracking),
    "tracking.csv": Kind(writing.CSV, _tracking_csv),
}
NAMES = tuple(_KINDS)
"""The names of all files, as the page offers them."""
