# SPDX-License-Identifier: Apache-2.0
"""Issuing: serials made and checked, printers' files, signatures; what control costs capture."""

import hmac
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from nacl.signing import SigningKey

from bench.goods import bare
from bench.report import Row
from nguon.capture.issued import judged
from nguon.capture.prepare import Context, Prepared, prepare_all
from nguon.codes import control
from nguon.codes.serials import Sealer
from nguon.codes.signing import Signer
from nguon.store import Store, open_store
from nguon.store import codes as statements
from nguon.store import codes_tables as tables

COUNT = 100_000
SIGNED = 5_000
EVENTS = 2_000
_GTIN = "09521101000023"
_SECRET = bytes(range(32))


def _rate(work: Callable[[], object], count: int) -> float:
    """Things a second of processor time, best of three."""
    best = 0.0
    for _ in range(3):
        begin = time.process_time()
        work()
        best = max(best, count / (time.process_time() - begin))
    return best


def rows() -> Iterator[Row]:
    """Everything beside what it cannot do without."""
    sealer = Sealer(0, _SECRET, _GTIN)
    yield Row(
        "serials made", _rate(lambda: list(sealer.serials(0, COUNT)), COUNT), "serials/s",
        _rate(lambda: [secrets.token_hex(10) for _ in range(COUNT)], COUNT),
        "as many random octets, nothing to check them by",
    )  # fmt: skip
    made = list(sealer.serials(0, COUNT))
    octets = [one.encode() for one in made]
    yield Row(
        "serials checked", _rate(lambda: [sealer.number(one) for one in made], COUNT), "serials/s",
        _rate(lambda: [hmac.digest(_SECRET, one, "sha256") for one in octets], COUNT),
        "one HMAC-SHA-256 each",
    )  # fmt: skip
    signer, key = Signer(_SECRET), SigningKey(_SECRET)
    some = [f"(01){_GTIN}(21){one}" for one in made[:SIGNED]]
    raw = [one.encode() for one in some]
    yield Row(
        "signatures for AI 8030", _rate(lambda: [signer.sign(one) for one in some], SIGNED),
        "signatures/s", _rate(lambda: [key.sign(one) for one in raw], SIGNED), "bare Ed25519",
    )  # fmt: skip
    yield from _captured()


def _captured() -> Iterator[Row]:
    raws = bare(EVENTS)
    with TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'b.db'}") as store:
        floor = _rate(lambda: prepare_all(raws, Context()), EVENTS)
        prepared = prepare_all(raws, Context())
        yield _judged(store, prepared, floor, "no product under control")
        values = {
            "gtin": _GTIN, "number": 1, "organisation": 1, "controlled": 1, "recorded": 0,
            "actor": "bench",
        }  # fmt: skip
        with store.transaction() as connection:
            statements.add(connection, tables.control, values)
        control.forget(store)
        yield _judged(store, prepared, floor, "another product under control")


def _judged(store: Store, prepared: list[Prepared], floor: float, said: str) -> Row:
    """How fast events are prepared and looked at, beside preparing them alone."""
    looks = _rate(lambda: judged(store, prepared, strict=False), EVENTS)
    return Row(
        f"events prepared and looked at, {said}", 1 / (1 / floor + 1 / looks), "events/s",
        floor, "prepared alone",
    )  # fmt: skip
