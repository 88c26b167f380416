# SPDX-License-Identifier: Apache-2.0
"""Reading, checking and writing codes with every rule of GS1's dictionary, beside biip.

Two thousand unlike codes of seven mixtures; nothing is remembered about a whole text. biip
reads the same texts, but checks forms and some check digits only.
"""

import random
import string
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_messages import GS1Message

from bench.report import Row
from nguon.gs1.check_digits import check_digit
from nguon.gs1.elements import (
    Element,
    check,
    read_bracketed,
    read_raw,
    write_bracketed,
    write_raw,
)
from nguon.gs1.links import read_link, write_link

COUNT = 2000
STEM = "https://id.example.vn"
_KINDS = "ssssssslllldddfffkkgga"


def _rate(work: Callable[[Any], Any], given: Sequence[Any]) -> float:
    """Calls a second of processor time, best of five."""
    best = 0.0
    for _ in range(5):
        begin = time.process_time()
        for each in given:
            work(each)
        best = max(best, len(given) / (time.process_time() - begin))
    return best


def _checked(text: str) -> None:
    check(read_raw(text))


def goods() -> list[tuple[Element, ...]]:
    """Elements as on goods, cartons, places and assets; the same ones on every run."""
    chance = random.Random(20260727)
    return [_one(chance) for _ in range(COUNT)]


def _digits(chance: random.Random, head: str, length: int) -> str:
    body = head + "".join(chance.choices(string.digits, k=length - 1 - len(head)))
    return body + check_digit(body)


def _word(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(string.ascii_uppercase + string.digits, k=length))


def _one(chance: random.Random) -> tuple[Element, ...]:
    kind = chance.choice(_KINDS)
    gtin = Element("01", _digits(chance, "0893", 14))
    lot, serial = Element("10", _word(chance, 8)), Element("21", _word(chance, 12))
    day = Element("17", f"27{chance.randint(1, 12):02}{chance.randint(1, 28):02}")
    weight = Element("3103", f"{chance.randint(1, 99999):06}")
    packer = Element("7030", f"704{_word(chance, 6)}")
    made: dict[str, tuple[Element, ...]] = {
        "s": (gtin, serial),
        "l": (gtin, lot),
        "d": (gtin, lot, serial, day),
        "f": (gtin, lot, day, weight, Element("422", "704"), packer),
        "k": (Element("00", _digits(chance, "0893", 18)), Element("4307", "VN")),
        "g": (Element("414", _digits(chance, "893", 13)), Element("254", _word(chance, 4))),
        "a": (Element("8004", f"8931{_word(chance, 12)}"), Element("7040", "1ABC")),
    }
    return made[kind]


def rows() -> Iterator[Row]:
    """Reading and writing in each form."""
    given = goods()
    links = [write_link(elements, STEM) for elements in given]
    raws = [write_raw(elements) for elements in given]
    bracketed = [write_bracketed(elements) for elements in given]
    peer = "biip, form and some check digits"
    by_link, by_raw = _rate(GS1DigitalLinkURI.parse, links), _rate(GS1Message.parse, raws)
    yield Row("Digital Links read, every rule", _rate(read_link, links), "links/s", by_link, peer)
    yield Row("raw element strings read, every rule", _rate(_checked, raws), "/s", by_raw, peer)
    values = _rate(read_bracketed, bracketed)
    yield Row("bracketed element strings read, values only", values, "/s", by_raw, peer)

    def link(elements: tuple[Element, ...]) -> None:
        write_link(elements, STEM)

    yield Row("Digital Links written, checked", _rate(link, given), "links/s", by_link, peer)
    yield Row("raw element strings written", _rate(write_raw, given), "/s", by_raw, peer)
