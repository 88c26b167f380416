# SPDX-License-Identifier: Apache-2.0
"""How far 200 claims can be believed: judged alone, and with everything read; processor time."""

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import msgspec

from bench.report import Row
from nguon.assurance.facts import facts_of
from nguon.assurance.service import judged, standings
from nguon.capture.anew import recompute
from nguon.identity.visibility import PUBLIC
from nguon.ladder.model import Facts
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.store import Store, open_store
from nguon.store.values import Submitter
from nguon.tlog.model import LogFiles
from nguon.tlog.service import Tlog
from nguon.trace.telling import records_of

EVENTS, ROUNDS = 200, 5
GOAL = 0.020
"""Seconds for the claims of a passport with 200 events."""
_LOT = "01/09521101000016/10/BENCH"
_CONTEXT = b'"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"'
_STEPS = ("storing", "inspecting", "shipping", "receiving")


def rows(store_name: str, url: str) -> Iterator[Row]:
    """The goal, the floor of the same run (their JSON read), and all of it with its reads."""
    with open_store(url) as store, tempfile.TemporaryDirectory() as folder:
        tlog = _recorded(store, Path(folder))
        now = datetime.now(UTC)
        gathered = facts_of(store, tlog, _LOT, PUBLIC, now)
        assert gathered is not None
        steps = msgspec.structs.replace(gathered, facts=gathered.facts[-EVENTS:], entries={})
        sent = msgspec.json.encode(steps.facts)
        floor = _best(lambda: msgspec.json.decode(sent, type=tuple[Facts, ...]))
        ladder = _best(lambda: judged(steps, now))
        reads = _best(lambda: records_of(store, _LOT, PUBLIC))
        told = records_of(store, _LOT, PUBLIC)
        facts = _best(lambda: facts_of(store, tlog, _LOT, PUBLIC, now, told=told))
        whole = _best(lambda: standings(store, tlog, _LOT, PUBLIC, now))
        tlog.close()
    name = f"ladder of {EVENTS} events, {store_name}"
    decoded, read = (EVENTS / floor, "their facts from JSON"), (EVENTS / reads, "records read")
    goal = f"{ladder * 1e3:.1f} ms, goal {GOAL * 1e3:.0f}"
    yield Row(f"{name}: judged", EVENTS / ladder, "claims/s", *decoded, goal)
    yield Row(
        f"{name}: facts put together", EVENTS / facts, "claims/s", *read, f"{facts * 1e3:.1f} ms"
    )
    yield Row(f"{name}: all of it", EVENTS / whole, "claims/s", *read, f"{whole * 1e3:.1f} ms")


def _recorded(store: Store, folder: Path) -> Tlog:
    party = ensure_organisation(store, "htx-bench", OrganisationKind.COOPERATIVE, "Hợp tác xã")
    begin = datetime.now(UTC) - timedelta(days=1)
    made = [recompute(json.dumps(_event(at, begin)).encode(), _CONTEXT) for at in range(EVENTS)]
    known = [one for one in made if one is not None]
    store.writer.submit(known, Submitter(party, "bench")).result(120)
    files = LogFiles(folder / "log", folder / "state.sqlite", folder / "log.key", folder / "policy")
    tlog = Tlog(store, files, "https://nguon.example.vn")
    tlog.turn()
    return tlog


def _event(number: int, begin: datetime) -> dict[str, object]:
    at = begin + timedelta(minutes=number)
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE" if number else "ADD",
        "eventTime": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventTimeZoneOffset": "+07:00",
        "bizStep": _STEPS[number % 4] if number else "commissioning",
        "quantityList": [{"epcClass": f"https://id.gs1.org/{_LOT}", "quantity": 5, "uom": "KGM"}],
        "readPoint": {"id": "https://id.gs1.org/414/9521101000016"},
    }


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return min(taken)
