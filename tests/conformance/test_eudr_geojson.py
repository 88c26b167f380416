# SPDX-License-Identifier: Apache-2.0
"""The open EUDR fixtures: valid files pass whole, invalid ones are refused by their code."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.registry.land.errors import LandError
from nguon.registry.land.model import Fault, Severity
from nguon.registry.land.reading import read
from nguon.registry.land.rules import Declared, examine

VALID = ["multipolygon-farm.geojson", "point-under-4ha.geojson", "polygon-over-4ha.geojson"]
INVALID = {
    "duplicate-ring.geojson": ["land.ring-twice"],
    "feature-without-geometry.geojson": ["land.empty"],
    "latitude-out-of-range.geojson": ["land.range"],
    "malformed.kml": ["land.unreadable-xml"],
    "missing-plot-id.geojson": ["land.plot-id-missing"],
    "reversed-lat-lon.geojson": ["land.swapped"],
    "self-intersecting-polygon.geojson": ["land.crossing"],
    "swapped-coordinate-columns.csv": ["land.swapped", "land.swapped"],
    "unclosed-ring.geojson": ["land.open-ring"],
}


def _faults(path: Path) -> Iterator[Fault]:
    """What stands in the way; the country is that of the plot's name where none is given."""
    for plot in read(path.read_bytes()):
        yield from plot.faults
        if plot.shape is None:
            continue
        country = plot.country or (plot.label or "GH-")[:2]
        yield from examine(plot.shape, Declared(plot.area, country)).faults


def test_the_fixtures_are_those_known(conformance: Path) -> None:
    folder = conformance / "eudr-geojson-fixtures" / "fixtures"
    assert sorted(path.name for path in (folder / "valid").iterdir()) == VALID
    assert sorted(path.name for path in (folder / "invalid").iterdir()) == sorted(INVALID)


@pytest.mark.parametrize("name", VALID)
def test_valid_files_pass(conformance: Path, name: str) -> None:
    found = list(_faults(conformance / "eudr-geojson-fixtures/fixtures/valid" / name))
    assert [fault for fault in found if fault.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("name", INVALID)
def test_invalid_files_are_refused_by_the_right_code(conformance: Path, name: str) -> None:
    path = conformance / "eudr-geojson-fixtures/fixtures/invalid" / name
    try:
        found = [fault.code for fault in _faults(path) if fault.severity is Severity.ERROR]
    except LandError as refused:
        found = [refused.code]
    assert found == INVALID[name]


def test_numbers_keep_the_digits_that_were_sent(conformance: Path) -> None:
    path = conformance / "eudr-geojson-fixtures/fixtures/valid/polygon-over-4ha.geojson"
    [plot] = read(path.read_bytes())
    assert plot.shape is not None
    written = [(str(corner.x), str(corner.y)) for corner in plot.shape.corners()]
    assert written[0] == ("-1.982275", "6.348210")
    assert json.loads(path.read_bytes())["features"][0]["geometry"]["coordinates"][0][0] == [
        -1.982275,
        6.34821,
    ]


def test_areas_equal_the_fixtures(conformance: Path) -> None:
    folder = conformance / "eudr-geojson-fixtures/fixtures/valid"
    areas = {}
    for name in VALID:
        [plot] = read((folder / name).read_bytes())
        country = json.loads((folder / name).read_bytes())["metadata"]["country"]
        areas[name] = str(examine(plot.shape, Declared(plot.area, country)).area)
    assert areas == {
        "multipolygon-farm.geojson": "25.0152",
        "point-under-4ha.geojson": "1.2",
        "polygon-over-4ha.geojson": "25.0523",
    }
