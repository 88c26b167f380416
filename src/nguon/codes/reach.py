# SPDX-License-Identifier: Apache-2.0
"""Who may see what was issued, who may order, and who may say that a licence is right; pure."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, false, or_

from nguon.base.audience import Audience, AudienceKind
from nguon.codes.errors import IssuingForbiddenError
from nguon.identity.model import Principal, Scope
from nguon.identity.policy import relation

_NEAR = frozenset({AudienceKind.OWNER, AudienceKind.INSPECTOR, AudienceKind.OPERATOR})


def sees(audience: Audience, organisation: int, province: str | None) -> bool:
    """The organisation itself, officers with a mandate for where it sits, the operator."""
    own = audience.organisation == organisation and audience.kind is not AudienceKind.PUBLIC
    return own or relation(audience, (organisation,), province=province) in _NEAR


def visible(audience: Audience, table: Table) -> Sequence[ColumnElement[bool]]:
    """What `sees` lets a reader see, as conditions on a table."""
    if audience.kind is AudienceKind.OPERATOR:
        return ()
    if audience.organisation is None or audience.kind is AudienceKind.PUBLIC:
        return (false(),)
    own = table.c.organisation == audience.organisation
    mandate = audience.mandate
    if audience.kind is not AudienceKind.INSPECTOR:
        return (own,)
    if mandate is None or mandate.provinces is None:
        return ()
    return (or_(own, table.c.province.in_(sorted(mandate.provinces))),)


def require_manager(actor: Principal) -> None:
    """Raises `IssuingForbiddenError` for whoever may not order for the organisation."""
    if not actor.may(Scope.REGISTRY):
        raise IssuingForbiddenError("codes.manager-only", scope=Scope.REGISTRY.value)


def require_printer(actor: Principal) -> None:
    """Raises `IssuingForbiddenError` for whoever may neither order nor record."""
    if not (actor.may(Scope.REGISTRY) or actor.may(Scope.CAPTURE)):
        raise IssuingForbiddenError("codes.manager-only", scope=Scope.CAPTURE.value)


def judges(actor: Principal, organisation: int, province: str | None) -> bool:
    """Whether somebody may say that a licence is right: the operator, the authority in charge;
    nobody of his own licence but the operator.
    """
    if actor.may(Scope.ADMIN):
        return True
    near = relation(actor.audience, (), province=province)
    office = near in (AudienceKind.INSPECTOR, AudienceKind.OPERATOR)
    return office and actor.may(Scope.SUPERVISE) and actor.organisation != organisation
