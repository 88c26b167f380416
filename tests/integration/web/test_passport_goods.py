# SPDX-License-Identifier: Apache-2.0
"""The passports of all demonstration goods: their weight, their words, the circular's fields."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon import gs1
from nguon.base.messages import Language, text
from nguon.cli.demonstration import read_manifest
from nguon.epcis.codec import decode_document
from nguon.epcis.items import items_of
from nguon.identity.visibility import PUBLIC
from nguon.passport.model import DateKind, Passport
from nguon.passport.service import passport
from tests.integration.web import demonstration
from tests.integration.web.conftest import sqlite_settings, stop, up

MOST_OCTETS = 30_000
SAMPLES = 3
"""Items of each kind and scenario whose pages are asked for."""
LANGUAGES: tuple[Language, ...] = ("vi", "en")
SCENARIOS = sorted({one.scenario for one in read_manifest(demonstration.FOLDER).document})
PACKED = {
    "nhan-hung-yen": "01/09521101000023/21/26080007",
    "sau-rieng-dak-lak": "00/095212020000000052",
    "ca-phe-dak-lak": "01/09521303000609/10/XK260310",
    "dua-luoi-ninh-binh": "01/09522000100012/21/NB000001",
    "mi-an-lien": "01/19520010000756/21/2601001",
    "tom-ca-mau": "00/095216020000000157",
    "thuoc": "01/09520020001012/21/LRVWGEKPYK",
    "my-pham": "01/09521801000507/10/SH2608A",
}
"""One thing of each scenario that people meet."""
_DECLARED = re.compile(r"<dt>([^<]*)</dt><dd>(.*?)</dd>")


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    started = up(sqlite_settings(tmp_path_factory.mktemp("goods"), sqlite_template))
    yield demonstration.loaded(started[2])
    stop(*started)


@pytest.fixture(scope="module")
def client(running: Any) -> httpx.Client:
    found: httpx.Client = running.client(accept="text/html")
    return found


@cache
def keys_of(scenario: str) -> tuple[str, ...]:
    """A few items of each kind that the scenario's documents name, products and lots included."""
    kinds: dict[str, dict[str, None]] = {}
    for path in sorted((demonstration.FOLDER / "events" / scenario).glob("*.jsonld")):
        for received in decode_document(path.read_bytes()).events:
            for item in items_of(received.event):
                if item.key.startswith(("414/", "417/", "vn-", "uri:")):
                    continue
                for key in (item.key, *gs1.memberships(item.key)):
                    kinds.setdefault(gs1.parse(key).kind.value, {})[key] = None
    chosen: list[str] = []
    for found in kinds.values():
        keys = list(found)
        chosen += keys[:: max(len(keys) // SAMPLES, 1)][:SAMPLES] + keys[-1:]
    return tuple(dict.fromkeys(chosen))


def test_every_scenario_is_looked_at() -> None:
    assert set(PACKED) == set(SCENARIOS)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_page_is_heavier_than_a_slow_line_bears(client: httpx.Client, scenario: str) -> None:
    shown = 0
    for key in keys_of(scenario):
        for language in LANGUAGES:
            answer = client.get(f"/p/{key}", headers={"accept-language": language})
            assert answer.status_code in {200, 404}, key
            assert len(answer.content) < MOST_OCTETS, (key, language, len(answer.content))
            shown += answer.status_code == 200
    assert shown > 2 * SAMPLES


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_circulars_fields_are_on_the_page(client: httpx.Client, scenario: str) -> None:
    html = client.get(f"/p/{PACKED[scenario]}", headers={"accept-language": "vi"}).text
    declared = dict(_DECLARED.findall(html[html.index('id="declared"') :]))
    missing = text("passport.not-declared", "vi")
    for field in ("name", "image", "maker", "address", "origin", "stages", "code", "standards"):
        value = declared[text(f"passport.declared-{field}", "vi")]
        assert value, field
        assert missing not in value, field
    for field in ("expiry", "lot", "brand"):
        assert missing not in declared[text(f"passport.declared-{field}", "vi")], field
    assert 'class="photo" src="/media/' in html
    first = html[html.index('<dl class="record">') :].partition("</dl>")[0]
    for field in ("product", "place", "stage", "time"):
        assert f"<dt>{text(f'passport.field-{field}', 'vi')}<dd" in first, field


def test_a_container_tells_the_dates_and_lots_of_its_contents(running: Any) -> None:
    found = _passport(running, PACKED["tom-ca-mau"])
    assert found.lots == ("TS260723",)
    dates = {entry.kind: entry.day.isoformat() for entry in found.dates}
    assert dates[DateKind.PRODUCED] == "2026-07-23"
    assert dates[DateKind.BEST_BEFORE] == "2028-07-23"
    assert found.packer is not None
    assert found.packer == found.maker
    whole = _passport(running, "8004/9521602CONT-0801")
    assert whole.lots == ("TS260721", "TS260723")
    assert whole.packer == found.packer


def test_what_is_said_of_a_lot_elsewhere_is_not_said_of_the_piece(running: Any) -> None:
    piece = _passport(running, PACKED["nhan-hung-yen"])
    assert all(step.stage != "stock_taking" for step in piece.journey)
    lot = _passport(running, "01/09521101000023/10/TH260806H")
    assert any(step.stage == "stock_taking" for step in lot.journey)


def test_a_pond_is_stocked_and_its_papers_declare_nothing(running: Any, client: Any) -> None:
    key = "253/9521601000011VU-2026-A1"
    found = _passport(running, key)
    assert [step.stage for step in found.journey] == ["stocking_pond", "growing", "harvesting"]
    page = client.get(f"/p/{key}").text
    assert 'id="declared"' not in page
    assert 'id="complete"' not in page


def _passport(running: Any, key: str) -> Passport:
    found = passport(running.store, key, "vi", PUBLIC)
    assert isinstance(found, Passport)
    return found
