# SPDX-License-Identifier: Apache-2.0
"""As whom somebody stands in a recall; who stands on no side may not know that it is there."""

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Connection

from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.recall.errors import UnknownRecallError
from nguon.recall.model import PUBLIC, Recall, Side, Site
from nguon.recall.reading import recall_of, site_number, site_of
from nguon.registry import workflow
from nguon.store import recall_papers as papers
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows

SCOPES: Mapping[Side, Scope] = {
    Side.OFFICER: Scope.SUPERVISE,
    Side.LOCAL: Scope.SUPERVISE,
    Side.MAKER: Scope.REGISTRY,
    Side.CONCERNED: Scope.REGISTRY,
    Side.ASKED: Scope.CAPTURE,
    Side.SITE: Scope.CAPTURE,
}
"""What a key or a role must carry to act as a side; to read as one, `read` is enough."""


class Opened(msgspec.Struct, frozen=True):
    """A case and as whom somebody reads it (``sides``) and may act in it (``acting``)."""

    recall: Recall
    sides: frozenset[Side]
    acting: frozenset[Side]


def opened(connection: Connection, by: Principal, number: str) -> Opened:
    """A case and as whom somebody stands in it; the operator looks on without a side.

    Raises:
        UnknownRecallError: none that he may know of.
    """
    row = rows.find(connection, number)
    if row is None:
        raise UnknownRecallError("recall.unknown")
    recall = recall_of(row, rows.about(connection, [number]).get(number, ()))
    found = _sides(connection, by, recall)
    if not found and by.kind is not KeyKind.OPERATOR:
        raise UnknownRecallError("recall.unknown")
    return Opened(recall, found, frozenset(side for side in found if by.may(SCOPES[side])))


def at_site(connection: Connection, by: Principal, site: str) -> tuple[Opened, Site]:
    """A site with its case; `Side.SITE` is only whose site it is, `LOCAL` who is in charge there.

    Raises:
        UnknownRecallError: none that he may know of.
    """
    recall, number = site_number(site)
    row = site_rows.find(connection, recall, number)
    if row is None:
        raise UnknownRecallError("recall.unknown-site")
    case, found = opened(connection, by, recall), site_of(row)
    wrong = set[Side]()
    if found.organisation != by.organisation:
        wrong.add(Side.SITE)
    if not _covers(by, found.province, case.recall.sector):
        wrong.add(Side.LOCAL)
    case = msgspec.structs.replace(case, sides=case.sides - wrong, acting=case.acting - wrong)
    theirs = {Side.OFFICER, Side.LOCAL, Side.SITE, Side.MAKER}
    if not case.sides & theirs and by.kind is not KeyKind.OPERATOR:
        raise UnknownRecallError("recall.unknown-site")
    return case, found


def acting_at(connection: Connection, by: Principal, site: str) -> tuple[Opened, Site]:
    """As `at_site`, for a step: the case does not end before the transaction does."""
    rows.hold(connection, site_number(site)[0])
    return at_site(connection, by, site)


def leads(sides: Collection[Side], by: Principal) -> bool:
    """Whether somebody reads the whole case: its officers, and the operator."""
    return Side.OFFICER in sides or by.kind is KeyKind.OPERATOR


def in_charge(by: Principal, province: str | None, sector: str, maker: int | None) -> bool:
    """Whether an officer may lead a case there; nobody the one of his own organisation."""
    return by.organisation != maker and workflow.in_charge(by, province, sector)


def _sides(connection: Connection, by: Principal, recall: Recall) -> frozenset[Side]:
    found = set[Side]()
    own = by.organisation in (recall.maker, *rows.makers(connection, recall.id))
    if by.kind is KeyKind.INSPECTOR and not own:
        if workflow.in_charge(by, recall.province, recall.sector):
            found.add(Side.OFFICER)
        elif recall.state in PUBLIC and _local(connection, by, recall):
            found.add(Side.LOCAL)
    if by.kind is not KeyKind.MEMBER:
        return frozenset(found)
    if by.organisation == recall.maker == recall.opened_by:
        found.add(Side.MAKER)
    elif own and recall.state in PUBLIC:
        found.add(Side.CONCERNED)
    if site_rows.is_site(connection, recall.id, by.organisation):
        found.add(Side.SITE)
    if any(
        one["organisation"] == by.organisation for one in papers.requests(connection, recall.id)
    ):
        found.add(Side.ASKED)
    return frozenset(found)


def _local(connection: Connection, by: Principal, recall: Recall) -> bool:
    there = site_rows.provinces(connection, recall.id)
    return any(_covers(by, province, recall.sector) for province in there)


def _covers(by: Principal, province: str | None, sector: str) -> bool:
    return workflow.in_charge(by, province, sector)
