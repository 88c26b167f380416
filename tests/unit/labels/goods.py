# SPDX-License-Identifier: Apache-2.0
"""Labels to test with: one for each template, and any that its application identifiers allow."""

import string
from datetime import date
from typing import Any

from hypothesis import strategies as st

from nguon.gs1.elements import Element
from nguon.gs1.links import write_link
from nguon.labels import china
from nguon.labels.model import Label
from nguon.labels.templates import Template

GTIN, SSCC, STEM = "09521101000016", "395211010000000017", "https://nguon.example.vn"
FACTS: dict[str, str | date] = {
    "product": "Nhãn lồng Hưng Yên túi lưới 500 g",
    "harvest": date(2026, 8, 1),
    "best-before": date(2026, 8, 20),
    "quantity": "500 g",
    "maker": "Hợp tác xã Nông nghiệp Hồng Nam",
    "address": "Thôn Nễ Châu, phường Hồng Châu, tỉnh Hưng Yên",
    "origin": "Việt Nam",
}
CHINA: dict[str, str | date] = {
    **china.destination(),
    "fruit": china.fruit("longan") or "",
    "place": china.origin("33", "Hung Yen"),
    "orchard": "VN-HYOR-0017",
    "packing-house": "VN-HYPH-005",
}
SET_82 = string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_"


def check_digit(digits: str) -> str:
    """The digits with their check digit (GS1 General Specifications 7.9)."""
    weighed = sum(int(d) * (3, 1)[at % 2] for at, d in enumerate(reversed(digits)))
    return f"{digits}{-weighed % 10}"


def label(template: Template, *, lot: str = "LO-2026-001", serial: str = "", **parts: str) -> Label:
    """A label that the template has room for."""
    purpose = template.purposes[0]
    gtin = parts.get("gtin", GTIN)
    if purpose == "pallet":
        elements = [("00", parts.get("sscc", SSCC)), ("02", gtin), ("37", parts.get("count", "48"))]
        facts = {**FACTS, "sscc": elements[0][1], "lot": lot}
    else:
        elements = [
            ("01", gtin),
            *([("15", parts["best"])] if "best" in parts else []),
            ("10", lot),
        ]
        elements += [("21", serial)] if serial else []
        facts = {**FACTS, "lot": lot, "serial": serial}
        facts |= CHINA if purpose == "china" else {}
    link = write_link(
        [Element(*one) for one in elements if one[0] in {"00", "01", "10", "21"}], STEM
    )
    return Label(name=serial or lot, link=link, elements=tuple(elements), facts=facts)


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=count, max_size=count)


def values(most: int) -> st.SearchStrategy[str]:
    """Values of set 82."""
    return st.text(SET_82, min_size=1, max_size=most)


@st.composite
def labels(draw: Any, template: Template) -> Label:
    """Any GTIN, SSCC, count, day, lot and serial that a template of this size is for."""
    return label(
        template,
        lot=draw(values(8)),
        serial=draw(st.just("") | values(8)) if "piece" in template.purposes else "",
        gtin=check_digit(draw(digits(13))),
        sscc=check_digit(draw(digits(17))),
        count=str(draw(st.integers(1, 99))),
        best=f"{draw(st.dates(date(2026, 1, 1), date(2049, 12, 31))):%y%m%d}",
    )
