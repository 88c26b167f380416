# SPDX-License-Identifier: Apache-2.0
"""RFID tags: reading and writing them, beside another library in the same run."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue

from bench.report import Row
from nguon.gs1.rfid import decode, encode

COUNT = 5_000


def _rate(work: Callable[[Any], Any], given: Iterable[Any]) -> float:
    """Tags a second of processor time, best of five."""
    tags = list(given)
    best = 0.0
    for _ in range(5):
        begin = time.process_time()
        for tag in tags:
            work(tag)
        best = max(best, len(tags) / (time.process_time() - begin))
    return best


def _theirs(uri: str) -> str:
    written: str = SGTIN(uri).hex(
        binary_coding_scheme=SGTIN.BinaryCodingScheme.SGTIN_96,
        filter_value=SGTINFilterValue.POS_ITEM,
    )
    return written


def rows() -> Iterator[Row]:
    """Random SGTINs in the narrowest older scheme and in the newer one, with and without data."""
    chance = random.Random(5)
    uris = [
        f"urn:epc:id:sgtin:9521{chance.randrange(10**3):03d}.{chance.randrange(10**6):06d}"
        f".{chance.randrange(10**9)}"
        for _ in range(COUNT)
    ]
    older = [encode(uri, "SGTIN-96", filter=1).hex().upper() for uri in uris]
    peer = "epcpy, the same tags"
    reading = _rate(lambda tag: SGTIN.from_hex(tag).epc_uri, older)
    yield Row(
        "SGTIN-96 to EPC URN", _rate(lambda tag: decode(tag).pure_identity, older),
        "tags/s", reading, peer,
    )  # fmt: skip
    yield Row(
        "SGTIN-96 to Digital Link", _rate(lambda tag: decode(tag).digital_link, older),
        "tags/s", reading, f"{peer}, to EPC URN",
    )  # fmt: skip
    writing = _rate(_theirs, uris)
    yield Row(
        "EPC URN to SGTIN-96", _rate(lambda uri: encode(uri, "SGTIN-96", filter=1), uris),
        "tags/s", writing, peer,
    )  # fmt: skip
    links = [f"{decode(tag).digital_link}?17=261231" for tag in older]
    plus = [encode(link, "SGTIN+").hex().upper() for link in links]
    yield Row(
        "SGTIN+ with a date to Digital Link", _rate(lambda tag: decode(tag).digital_link, plus),
        "tags/s", reading, "epcpy, SGTIN-96 to EPC URN",
    )  # fmt: skip
    yield Row(
        "Digital Link to SGTIN+ with a date", _rate(lambda link: encode(link, "SGTIN+"), links),
        "tags/s", writing, "epcpy, EPC URN to SGTIN-96",
    )  # fmt: skip
