# SPDX-License-Identifier: Apache-2.0
"""Reads plots out of what was sent: GeoJSON, a table of points, a pasted list of corners; pure.

Numbers keep the digits that were written. What is no plot is a fault of that
plot; what is no file of plots is a `LandError`.
"""

import csv
import io
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from nguon.registry.land.errors import LandError
from nguon.registry.land.model import Corner, Fault, Plot, Ring, Shape, error
from nguon.vn.coordinates import number
from nguon.vn.errors import CoordinateError
from nguon.vn.text import fold

MOST_BYTES = 25 * 1024 * 1024
"""What one statement of the EU's register may weigh."""
_MOST_PLOTS = 5_000
_MOST_DIGITS = 24


def read(data: bytes | str) -> list[Plot]:
    """The plots of a file. Raises `LandError` where it is none."""
    text = _decoded(data).strip()
    if text.startswith("<"):
        raise LandError("land.unreadable-xml")
    plots = _table(text) if text[:1] not in ("{", "[") else _geojson(text)
    if not plots:
        raise LandError("land.no-plots")
    if len(plots) > _MOST_PLOTS:
        raise LandError("land.many-plots", most=_MOST_PLOTS)
    return plots


def _decoded(data: bytes | str) -> str:
    if len(data) > MOST_BYTES:
        raise LandError("land.large", most=MOST_BYTES // 1024**2)
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        raise LandError("land.unreadable") from refused


def _geojson(text: str) -> list[Plot]:
    try:
        whole = json.loads(text, parse_float=_digits, parse_int=_digits, parse_constant=_no_number)
    except (ValueError, RecursionError) as refused:
        line = getattr(refused, "lineno", 1)
        raise LandError("land.unreadable-json", line=line) from refused
    features = _features(whole)
    return [_plot(number, feature) for number, feature in enumerate(features, start=1)]


def _features(whole: Any) -> Sequence[Any]:
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind == "FeatureCollection" and isinstance(whole.get("features"), list):
        found: Sequence[Any] = whole["features"]
        return found
    if kind == "Feature":
        return [whole]
    if isinstance(kind, str) and ("coordinates" in whole or "geometries" in whole):
        return [{"type": "Feature", "properties": {}, "geometry": whole}]
    raise LandError("land.not-geojson")


def _plot(number: int, feature: Any) -> Plot:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
        return Plot(number, None, None, faults=(error("land.not-feature"),))
    properties = {_folded(name): value for name, value in (feature.get("properties") or {}).items()}
    label = _text(_first(properties, "label")) or _text(feature.get("id"))
    faults: list[Fault] = []
    if not label:
        faults.append(error("land.plot-id-missing"))
    area = _area(_first(properties, "area"), faults)
    country = _text(_first(properties, "country"))
    geometry = feature.get("geometry")
    shape = None
    if geometry is None:
        faults.append(error("land.empty"))
    else:
        try:
            shape = _shape(geometry)
        except LandError as refused:
            faults.append(error(refused.code, **refused.params))
    return Plot(number, label or None, shape, area, country.upper() or None, tuple(faults))


def _shape(geometry: Any) -> Shape:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Point":
        return Shape((((_corner(coordinates),),),), is_point=True)
    if kind == "Polygon":
        return Shape((_rings(coordinates),))
    if kind == "MultiPolygon":
        return Shape(tuple(_rings(part) for part in _listed(coordinates)))
    raise LandError("land.geometry-kind", kind=str(kind)[:40])


def _rings(value: Any) -> tuple[Ring, ...]:
    rings = tuple(tuple(_corner(one) for one in _listed(ring)) for ring in _listed(value))
    if not rings or not all(rings):
        raise LandError("land.empty")
    return rings


def _corner(value: Any) -> Corner:
    if not isinstance(value, list) or not 2 <= len(value) <= 4:
        raise LandError("land.not-corner")
    x, y = value[:2]
    if not isinstance(x, Decimal) or not isinstance(y, Decimal):
        raise LandError("land.not-corner")
    return Corner(x, y, min(_decimals(x), _decimals(y)))


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise LandError("land.not-corner")
    return value


def _digits(text: str) -> Decimal:
    value = Decimal(text)
    # An exponent of a million digits must never be written out.
    if len(text) > _MOST_DIGITS or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError(text[:_MOST_DIGITS])
    return value


def _no_number(_text: str) -> NoReturn:
    raise ValueError


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _area(value: Any, faults: list[Fault]) -> Decimal | None:
    if value is None:
        return None
    if not isinstance(value, Decimal) or not 0 < value <= 1_000_000:
        faults.append(error("land.area-number", text=str(value)[:40]))
        return None
    return value


def _table(text: str) -> list[Plot]:
    """Points of a CSV table with columns for latitude and longitude."""
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except (csv.Error, ValueError) as refused:
        raise LandError("land.unreadable") from refused
    columns = {name: _column(head, name) for name in ("label", "latitude", "longitude", "area")}
    if columns["latitude"] is None or columns["longitude"] is None:
        raise LandError("land.unreadable")
    filled = (row for row in rows if any(cell.strip() for cell in row))
    return [_row(count, row, columns) for count, row in enumerate(filled, start=1)]


def _row(count: int, row: Sequence[str], columns: Mapping[str, int | None]) -> Plot:
    cells = {
        name: row[at].strip() if at is not None and at < len(row) else ""
        for name, at in columns.items()
    }
    faults = [] if cells["label"] else [error("land.plot-id-missing")]
    shape = area = None
    try:
        x, y = number(cells["longitude"]), number(cells["latitude"])
        corner = Corner(x.value, y.value, min(x.decimals, y.decimals))
        shape = Shape((((corner,),),), is_point=True)
        area = number(cells["area"]).value if cells["area"] else None
    except CoordinateError as refused:
        faults.append(error(refused.code, **refused.params))
    return Plot(count, cells["label"] or None, shape, area, None, tuple(faults))


def _column(head: Sequence[str], name: str) -> int | None:
    known = _words()[name]
    return next((at for at, heading in enumerate(head) if _folded(heading) in known), None)


def _first(properties: Mapping[str, Any], name: str) -> Any:
    return next((properties[word] for word in _words()[name] if word in properties), None)


def _text(value: Any) -> str:
    return str(value).strip()[:200] if isinstance(value, str | Decimal) else ""


def _folded(name: str) -> str:
    return re.sub(r"\s", "", fold(name))


@cache
def _words() -> Mapping[str, Sequence[str]]:
    return tomllib.loads((files("nguon.registry.land") / "words.toml").read_text("utf-8"))
