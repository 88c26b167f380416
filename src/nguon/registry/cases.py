# SPDX-License-Identifier: Apache-2.0
"""Entries laid before the body in charge: whose they are, where, and until when to decide."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.time import from_microseconds, to_microseconds
from nguon.registry import history, workflow
from nguon.registry.history import Actor, Recording, Status
from nguon.registry.model import Register
from nguon.registry.workflow import CaseState
from nguon.store import cases as rows
from nguon.store import registry as entries
from nguon.store import registry_tables as tables
from nguon.vn.units import commune


class Submission(msgspec.Struct, frozen=True):
    """An entry as it is laid before the body; ``in_use``: what was approved goes on."""

    key: str
    content: Mapping[Any, Any]
    version: int
    in_use: bool = False


class Site(msgspec.Struct, frozen=True):
    """Whose an entry is, and in which province."""

    owner: int
    province: str | None


def submit(
    connection: Connection,
    register: Register,
    submissions: Sequence[Submission],
    by: Actor,
    now: int,
) -> None:
    """Open a case for each, or lay the new version into the one that waits.

    A change of what is in use is noted in the history as holding for no time,
    so that the approval stands until the body decides.
    """
    waiting = rows.waiting(connection, register, [one.key for one in submissions])
    sites = whose(connection, register, [one.content for one in submissions])
    opened = [
        _case(register, one, site, now)
        for one, site in zip(submissions, sites, strict=True)
        if one.key not in waiting
    ]
    rows.add(connection, opened)
    for one in submissions:
        if one.key in waiting:
            again = {"version": one.version, "state": CaseState.SUBMITTED.value}
            rows.change(connection, waiting[one.key]["id"], **again)
    moment = from_microseconds(now)
    recordings = [
        Recording(
            one.key,
            Status.SUBMITTED,
            moment,
            by,
            valid_to=moment if one.in_use else None,
            version=one.version,
        )
        for one in submissions
    ]
    history.record_all(connection, register, recordings, known=moment)


def whose(
    connection: Connection, register: Register, contents: Sequence[Mapping[Any, Any]]
) -> list[Site]:
    """Whose entries are and where: by their own commune, else that of their place or owner."""
    places: dict[str, Mapping[Any, Any]] = {}
    products: dict[str, Mapping[Any, Any]] = {}
    if register is Register.CERTIFICATE:
        keys = [content["place"] for content in contents if content["place"]]
        places = {row["key"]: row for row in entries.rows(connection, tables.place, "key", keys)}
        keys = [content["product"] for content in contents if content["product"]]
        products = {r["key"]: r for r in entries.rows(connection, tables.product, "key", keys)}
    owners, communes = [], []
    for content in contents:
        site = places.get(content.get("place") or "", {})
        good = products.get(content.get("product") or "", {})
        owners.append(_owner(register, content) or site.get("holder") or good.get("maker") or 0)
        communes.append(content.get("commune") or site.get("commune"))
    found = entries.rows(connection, tables.organisation, "id", owners)
    homes = {row["id"]: row["commune"] for row in found}
    return [
        Site(owner, province_of(code or homes.get(owner)))
        for owner, code in zip(owners, communes, strict=True)
    ]


def province_of(code: str | None) -> str | None:
    """The province of a commune."""
    unit = None if code is None else commune(code)
    return None if unit is None else unit.province.code


def _owner(register: Register, content: Mapping[Any, Any]) -> int | None:
    name = {"place": "holder", "product": "maker", "certificate": "organisation"}
    found: int | None = content.get(name.get(register, "id"))
    return found


def _case(register: Register, one: Submission, site: Site, now: int) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "register": register.value,
        "key": one.key,
        "version": one.version,
        "organisation": site.owner,
        "province": site.province,
        "sector": workflow.sector(register, one.content),
        "state": CaseState.SUBMITTED.value,
        "opened": now,
        "due": to_microseconds(workflow.due(register, from_microseconds(now))),
    }
