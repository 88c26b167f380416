# SPDX-License-Identifier: Apache-2.0
"""A cooperative with its seventeen households, a shop chain and a stranger, on each database."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from nguon.base.quantity import PIECE, Quantity
from nguon.base.time import HANOI
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.entries.model import Entry, Harvest, Line, Output, Pack, Pallet, Receive
from nguon.entries.service import Recorded, Sending, record
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import service
from nguon.registry.model import Register
from nguon.store import Store, open_store
from nguon.store import registry as rows
from tests.postgres import PostgresServer

MASTER = Path(__file__).parents[3] / "examples" / "master"
COOPERATIVE, CHAIN, STRANGER = (
    "htx-nhan-tan-hung", "chuoi-nong-san-sen-viet", "cao-nguyen-xanh",
)  # fmt: skip
FRUIT, BOX = "01/09521101000016", "01/09521101000023"
HOUSE, AREA, WAREHOUSE = "414/9521101000016", "414/9521101000030", "414/9521105000012"
PLOT = "414/9521101002010"
NOW = datetime(2026, 7, 28, 9, tzinfo=HANOI)


class Village:
    """The registers' numbers, and who records what."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        service.attach(store)
        limits = Limits(2**24, 10_000, 10_000, 2**24)
        self.capture = CaptureService(store, folder, limits, 0)
        with store.reading() as connection:
            codes = [COOPERATIVE, CHAIN, STRANGER, "ho-th-01", "ho-th-02"]
            self.numbers = rows.organisation_ids(connection, codes)

    def sending(self, code: str) -> Sending:
        """Somebody of this organisation."""
        scopes = frozenset({Scope.CAPTURE, Scope.READ})
        who = Principal(self.numbers[code], "test", KeyKind.MEMBER, scopes, strict=True)
        return Sending(self.store, self.capture, who, "https://nguon.example")

    def events(self) -> int:
        """How many events are recorded."""
        return self.store.log.events_after(0)

    def delivered(self, lot: str = "H01-260728", amount: str = "420") -> Recorded:
        """The first household's harvest, received at the packing house."""
        household = self.numbers["ho-th-01"]
        harvest = Harvest(
            at=NOW, grower=household, area=AREA, plot=PLOT, product=FRUIT, lot=lot,
            quantity=kilos(amount),
        )  # fmt: skip
        receive = Receive(
            at=NOW, place=HOUSE, giver=household, origin=PLOT,
            lines=(Line(harvest.item, kilos(amount)),),
        )  # fmt: skip
        return record(self.sending(COOPERATIVE), [harvest, receive], idempotency=f"deliver-{lot}")

    def packed(self, boxes: int = 200, lot: str = "TH260728") -> Recorded:
        """Boxes of the delivered lot on two pallets."""
        output = Output(BOX, lot, pieces(boxes), kilos("2"))
        half = (Line(output.item, pieces(boxes // 2)),)
        pack: Entry = Pack(
            at=NOW + timedelta(hours=2), place=HOUSE, outputs=(output,),
            inputs=(Line(f"{FRUIT}/10/H01-260728", kilos("420")),),
            pallets=(Pallet(half), Pallet(half)),
        )  # fmt: skip
        return record(self.sending(COOPERATIVE), [pack], idempotency=f"pack-{lot}")


def _filled(url: str) -> None:
    """A store with the registers of the examples."""
    with open_store(url) as store:
        for register, name in (
            (Register.ORGANISATION, "to-chuc"),
            (Register.PLACE, "dia-diem"),
            (Register.PRODUCT, "san-pham"),
        ):
            assert service.import_csv(store, register, MASTER / f"{name}.csv").done


@pytest.fixture(scope="session")
def sqlite_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the registers to copy."""
    path = tmp_path_factory.mktemp("village") / "template.db"
    shutil.copy(sqlite_template, path)
    _filled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, postgres_template: str) -> str:
    """A PostgreSQL database with the registers to copy."""
    postgres_server.copy(postgres_template, "template_village")
    _filled(postgres_server.url("template_village"))
    return "template_village"


def kilos(amount: str) -> Quantity:
    """So many kilograms."""
    return Quantity(Decimal(amount), "KGM")


def pieces(count: int) -> Quantity:
    """So many pieces."""
    return Quantity(Decimal(count), PIECE)


@pytest.fixture
def village(store: Store, tmp_path: Path) -> Iterator[Village]:
    """The village, its registers filled."""
    made = Village(store, tmp_path)
    yield made
    made.capture.close()
