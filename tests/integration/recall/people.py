# SPDX-License-Identifier: Apache-2.0
"""Who acts in a recall of the demonstration noodles, and what is counted about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from nguon.base.audience import Mandate
from nguon.base.quantity import Quantity
from nguon.identity.model import Principal, Role
from nguon.recall import queries, service
from nguon.recall.inputs import Decision, FileSent, Opening, ScopeChoice
from nguon.recall.model import Level, Manner, Origin, Quantities, Recall
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as registers
from nguon.store.schema import metadata

SEASONING = "01/09521503000058/10/GV-2608-02"
CARTON = "01/19520010000756"
CARTONS_OF_BATCH = 144
PDF = FileSent("bien-ban.pdf", b"%PDF-1.4 minutes")
VI, EN = "Thu hồi mì có gia vị không đạt.", "Noodles with bad seasoning are recalled."
SITES = {
    "414/9521505000018": ("192", None),
    "414/9521506000017": ("16", "8"),
    "414/9521506000031": ("32", "16"),
    "414/9521506000048": ("48", "24"),
    "414/9521506000055": ("32", "16"),
    "414/9521506000062": ("32", "16"),
    "414/9521506000079": ("96", None),
    "414/9521506000086": ("192", None),
}
"""Cartons of batches 3 to 6 and 9 by place: there, and sold, as the story of the goods has it."""
_COUNTED = ("recall_", "stop", "message", "delivery")


@dataclass(frozen=True)
class World:
    """A store with the goods; its people by what they are."""

    store: Store
    url: str
    documents: Path
    people: Mapping[str, Principal]

    @property
    def folder(self) -> Folder:
        """Where files lie."""
        return Folder(self.documents)

    def __getattr__(self, name: str) -> Principal:
        return self.people[name]

    def rows(self) -> Mapping[str, int]:
        """How many rows there are of all that a recall writes, and the log's length."""
        counted = {
            name: select(func.count()).select_from(table)
            for name, table in metadata.tables.items()
            if name.startswith(_COUNTED)
        }
        with self.store.reading() as connection:
            found = {name: connection.scalar(query) or 0 for name, query in counted.items()}
        return found | {"log": self.store.events.head().seq}


def people(store: Store) -> dict[str, Principal]:
    """An officer in charge, one elsewhere, the maker, the distributor, the shops, others."""
    codes = {
        "maker": "mi-song-tien",
        "supplier": "gia-vi-bep-que",
        "distributor": "phan-phoi-nam-sao",
        "shop": "chuoi-bep-am",
        "stranger": "htx-nhan-tan-hung",
        "office": "so-an-toan-thuc-pham-hcm",
    }
    with store.reading() as connection:
        found = rows.rows(connection, registers.organisation, "code", list(codes.values()))
    numbers = {row["code"]: row["id"] for row in found}
    ours = {name: numbers[code] for name, code in codes.items()}
    made = {
        name: _person(ours[name], f"person/{name}", role)
        for name, role in {
            "maker": Role.MANAGER,
            "distributor": Role.MANAGER,
            "shop": Role.CLERK,
            "stranger": Role.MANAGER,
        }.items()
    }
    made["clerk"] = _person(ours["maker"], "person/clerk", Role.CLERK)
    for name, provinces in {
        "officer": {"79"},
        "second": {"79"},
        "local": {"92"},
        "far": {"04"},
    }.items():
        mandate = Mandate(frozenset(provinces))
        made[name] = _person(ours["office"], f"person/{name}", Role.OFFICER, mandate)
    made["inside"] = _person(ours["supplier"], "person/inside", Role.OFFICER)
    made["insider"] = _person(ours["maker"], "person/insider", Role.OFFICER)
    made["operator"] = _person(1, "person/operator", Role.OPERATOR)
    return made


def _person(organisation: int, name: str, role: Role, mandate: Mandate | None = None) -> Principal:
    return Principal(
        organisation, name, role.kind, role.scopes, strict=False, person=1, mandate=mandate
    )


def cartons(amount: str | int, product: str = CARTON) -> Quantities:
    """So many cartons."""
    return ((product, Quantity(Decimal(amount))),)


def opened(world: World, by: str = "officer", **more: Any) -> Recall:
    """A case about the seasoning."""
    values: dict[str, Any] = {
        "title": "Gia vị GV-2608-02 không đạt",
        "origin": Origin.LAB,
        "keys": (SEASONING,),
        "words": "Mẫu kiểm nghiệm 12 không đạt.",
    }
    return service.open_case(world.store, world.people[by], Opening(**values | more), world.folder)


def decided(world: World, by: str = "officer", **more: Any) -> Recall:
    """A recall of the noodles that runs."""
    case, person = opened(world, by), world.people[by]
    case = service.settle_scope(world.store, person, case.id, ScopeChoice(), seen=case.seen)
    return service.decide(world.store, person, case.id, decision(**more), seen=case.seen)


def decision(**more: Any) -> Decision:
    """A mandatory recall of level 1, unless told otherwise."""
    values: dict[str, Any] = {"manner": Manner.MANDATORY, "level": Level.SERIOUS}
    return Decision(**values | {"words_vi": VI, "words_en": EN} | more)


def site_at(world: World, recall: str, place: str) -> str:
    """The id of the site at a place."""
    found = queries.sites(world.store, world.officer, recall)
    return next(one.id for one in found if one.place == place)
