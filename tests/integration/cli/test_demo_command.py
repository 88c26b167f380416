# SPDX-License-Identifier: Apache-2.0
"""``nguon demo``: the goods once, and what to try every time."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import zxingcpp
from sqlalchemy import select

from nguon.attesting.queries import issued_by
from nguon.cli.symbol import qr_lines
from nguon.cli.workplace import OPERATOR, operator
from nguon.compliance.consignments import queries as consignments
from nguon.compliance.consignments.readiness import readiness
from nguon.compliance.samples import queries as samples
from nguon.disputes import queries as disputes
from nguon.entries.confirmations import confirmations
from nguon.identity import consents, keys
from nguon.parties.enrolment.queries import entities
from nguon.parties.keys import queries as signing_keys
from nguon.registry import holdings, queries
from nguon.registry.land import kept
from nguon.registry.ledger import queries as ledger
from nguon.store import Store, open_store
from nguon.store.grants_tables import party_grant
from nguon.store.signatures_tables import capture_signature
from tests.integration.cli.conftest import SQLITE, Run

HALVES = {" ": (0, 0), "▄": (0, 255), "▀": (255, 0), "█": (255, 255)}
"""A character's upper and lower module as the terminal shows it: 255 is light."""


def _read(lines: list[str], scale: int = 4) -> str:
    """What a scanner reads from a symbol of half blocks."""
    rows = [
        bytes(HALVES[character][half] for character in line for _ in range(scale))
        for line in lines
        for half in (0, 1)
        for _ in range(scale)
    ]
    image = memoryview(b"".join(rows)).cast("B", (len(rows), len(rows[0])))
    (found,) = zxingcpp.read_barcodes(image)
    return str(found.text)


def test_the_goods_are_loaded_once(run: Run, database_url: str, tmp_path: Path) -> None:
    first = run("demo")
    assert first.status == 0
    with open_store(database_url) as store:
        loaded = store.events.head()
        recorded = store.log.events_after(0)
    assert loaded.seq > 500
    links = re.findall(r"^  (http://\S+)$", first.out, re.MULTILINE)
    assert len(links) == 6
    assert links[5] == "http://localhost:8000/log"
    assert links[0] == ("http://localhost:8000/01/09521101000023/10/TH260806H/21/26080007")
    symbol = [line[2:] for line in first.out.splitlines() if "█" in line]
    assert _read(symbol) == links[0]
    (secret,) = re.findall(r"^key  (\S+)$", first.out, re.MULTILINE)
    kept = tmp_path / "var" / "demonstration.key"
    assert kept.read_text("ascii") == f"{secret}\n"
    assert kept.stat().st_mode & 0o777 == 0o600

    level = run("compliance", "follow")
    assert (level.status, level.out) == (0, f"all {recorded} records are counted\n")
    assert not level.err, "the demonstration was counted as it was loaded"

    again = run("demo")
    assert (again.status, again.out, again.err) == (0, first.out, "")
    with open_store(database_url) as store:
        assert store.events.head() == loaded
        holder = keys.authenticate(store, secret)
        assert holder is not None
        assert holder.kind == "inspector"
        assert holder.scopes == {"capture", "read", "trace"}
        keys.revoke(store, holder.key_id)
    anew = run("demo")
    (other,) = re.findall(r"^key  (\S+)$", anew.out, re.MULTILINE)
    assert other != secret, "a key that was ended is replaced"
    assert anew.out.replace(other, secret) == first.out


def test_the_desks_are_filled_once(run: Run, database_url: str, tmp_path: Path) -> None:
    first = run("demo")
    assert first.status == 0, first.err
    password = (tmp_path / "var" / "demonstration.password").read_text("ascii").strip()
    assert f"/account/sign-in    {password}" in first.out
    assert [line.split()[0] for line in first.out.splitlines() if ".example " in line] == [
        "thuky@tan-hung.example",
        "quanly@tan-hung.example",
        "quanly@cao-nguyen-nang.example",
        "quanly@ea-phe.example",
        "kiemnghiem@dat-do.example",
        "canbo@hung-yen.example",
        "canbo@dak-lak.example",
        "canbo@trung-uong.example",
        "cuahang@sen-viet.example",
        "canbo@attp-hcm.example",
        "chatluong@song-tien.example",
        "kho@nam-sao.example",
        "cuahang@bep-am.example",
    ]
    with open_store(database_url) as store:
        lying, parties = _desks(store), _parties(store)
    assert parties == {
        "ways": {"certificate": 3, "member": 15, "oidc": 7, "officers": 1},
        "keys": {"custodial active": 15, "own active": 4, "own revoked": 1},
        "signed": [
            *("cao-nguyen-xanh", "chuoi-bep-am", "chuoi-nong-san-sen-viet", "htx-nhan-tan-hung"),
            *("mi-song-tien", "phan-phoi-nam-sao", "thu-nghiem-tay-nguyen", "trai-cay-song-hong"),
            *("van-tai-bac-nam", "xu-ly-lanh-dong-hai"),
        ],
        "grants": 15,
        "attested": ["-952-260806 (minh hoạ)", "-952-260817 (minh hoạ)"],
        "cases": ["01/09521202000182/10/SR260818"],
        "handed": [("1C26TTH-00000815 (minh hoạ)", True, 2)],
    }
    assert lying == {
        "uses": [
            ("SH-CN-0822 (minh hoạ)", "17000", "refused", "not_counted"),
            ("XK-SR-2607 (minh hoạ)", "130000", "accepted", "counted"),
            ("XK-SR-2608-10 (minh hoạ)", "100000", "noticed", "counted"),
            ("XK-SR-2608-17 (minh hoạ)", "1830", "accepted", "counted"),
            ("XK-SR-2608-17 (minh hoạ)", "3570", "accepted", "counted"),
            ("XK-SR-2608-17 (minh hoạ)", "5400", "accepted", "counted"),
            ("XK-SR-2608-24 (minh hoạ)", "40000", "held", "waiting"),
        ],
        "waiting": [
            "414/9521101000047",
            "vietgap/VietGAP-TT-952-27-33-0102",
            "vn-area:VN-DLOR-9526",
        ],
        "samples": {
            ("M-SR260816 (minh hoạ)", "result"),
            ("M-SR260817 (minh hoạ)", "released"),
            ("M-SR260818 (minh hoạ)", "sent"),
        },
        "consignments": {
            ("EU-NH-2607 (minh hoạ)", "draft", False),
            ("XK-SR-2608-17 (minh hoạ)", "declared", True),
        },
        "consents": 19,
        "boundaries": 14,
    }
    assert run("demo").out == first.out
    with open_store(database_url) as store:
        assert _desks(store) == lying
        assert _parties(store) == parties


def _parties(store: Store) -> dict[str, object]:
    """Who is identified, who signs, and what is said of goods besides."""
    now = datetime.now(UTC)
    found = queries.list_organisations(store, operator(), limit=200)
    codes = {one.id: one.code for one in found}
    held = [key for one in codes for key in signing_keys.of(store, one)]
    with store.reading() as connection:
        signers = set(connection.scalars(select(capture_signature.c.organisation)))
        granted = len(connection.scalars(select(party_grant.c.accepted)).all())
    laboratory = next(one for one, code in codes.items() if code == "thu-nghiem-tay-nguyen")
    shipped = confirmations(store, ["01/09521101000207/10/LN260815"])
    return {
        "ways": Counter(str(one.way) for one in entities(store, codes, now).values() if one.way),
        "keys": Counter(f"{key.custody} {key.standing(now)}" for key in held),
        "signed": sorted(codes[one] for one in signers),
        "grants": granted,
        "attested": sorted(one.title.partition(" KQ")[2] for one in issued_by(store, laboratory)),
        "cases": sorted(disputes.open_about(store, ["01/09521202000182/10/SR260818"], [])),
        "handed": [(one.invoice, one.nonce_echoed, len(one.said)) for one in shipped],
    }


def _desks(store: Store) -> dict[str, object]:
    """What lies on the desks of the demonstration."""
    reader = operator()
    uses = [
        (one.consignment, f"{one.quantity:f}", one.verdict.value, one.state.value)
        for one in ledger.uses(store, reader)
    ]
    found = [
        (one.number, one.state.value, readiness(store, OPERATOR, one).ready)
        for one in consignments.consignments(store, OPERATOR)
    ]
    cooperative = queries.organisation_by_code(store, reader, "htx-nhan-tan-hung")
    assert cooperative is not None
    members = queries.members_of(store, reader, cooperative.id)
    plots = [place.key for one in members for place in queries.places_of(store, reader, one.id)]
    return {
        "uses": sorted(uses),
        "waiting": sorted(one.key for one in holdings.queue(store, None, None, start=0, limit=9)),
        "samples": {(one.number, one.state.value) for one in samples.samples(store, OPERATOR)},
        "consignments": set(found),
        "consents": len(consents.of_subjects(store, [one.id for one in members])),
        "boundaries": len(kept.boundaries(store, reader, plots)),
    }


@SQLITE
def test_a_folder_without_a_manifest(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--folder", tmp_path)
    assert (done.status, done.out) == (1, "")
    assert f"There is no manifest.toml in {tmp_path}." in done.err


def test_symbols_of_any_length_are_read() -> None:
    for length in (1, 30, 120, 400):
        text = "https://id.example.vn/" + "A1/b" * (length // 4)
        assert _read(qr_lines(text)) == text
