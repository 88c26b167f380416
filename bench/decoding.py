# SPDX-License-Identifier: Apache-2.0
"""Decoding and validating, beside decoding alone and beside GS1's schema."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from bench.goods import document
from bench.report import Row
from nguon.capture.prepare import Context, prepare_all
from nguon.epcis.codec import decode_document, split_document

SIZE = 100


def _rate(work: Callable[[bytes], Any], documents: list[bytes]) -> float:
    """Events a second of processor time, best of five."""
    best = 0.0
    for _ in range(5):
        begin = time.process_time()
        for data in documents:
            work(data)
        best = max(best, SIZE * len(documents) / (time.process_time() - begin))
    return best


def rows() -> Iterator[Row]:
    """Needs GS1's schema from the conformance data for its second floor."""
    documents = [document(SIZE) for _ in range(20)]
    plain = _rate(orjson.loads, documents)
    decoded = _rate(decode_document, documents)
    yield Row("decode + validate, 100-event documents", decoded, "events/s", plain, "orjson decode")
    beside = Path(__file__).parents[2] / "shared" / "conformance"
    folder = Path(os.environ.get("NGUON_CONFORMANCE", beside))
    schema = folder / "gs1-epcis" / "EPCIS-JSON-Schema.json"
    if schema.exists():
        validator = jsonschema_rs.validator_for(
            orjson.loads(schema.read_bytes()), validate_formats=True
        )
        checked = _rate(lambda data: validator.is_valid(orjson.loads(data)), documents)
        yield Row(
            "the same", decoded, "events/s", checked, "orjson + jsonschema-rs with GS1's schema"
        )
    prepared = _rate(_prepare, documents)
    yield Row(
        "decode to stored record: keys, terms, digest, hash, compression",
        prepared,
        "events/s",
        plain,
        "orjson decode",
    )


def _prepare(data: bytes) -> None:
    envelope, raws = split_document(data)
    prepare_all(raws, Context(envelope.context))
