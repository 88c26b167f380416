# SPDX-License-Identifier: Apache-2.0
"""Who sees a grant or a use, and who may answer for the body in charge; pure."""

from nguon.base.audience import Audience, AudienceKind
from nguon.identity.model import Principal, Scope
from nguon.identity.policy import relation
from nguon.registry.ledger import goods
from nguon.registry.ledger.errors import LedgerForbiddenError

_NEAR = frozenset({AudienceKind.OWNER, AudienceKind.INSPECTOR, AudienceKind.OPERATOR})
_OFFICES = frozenset({AudienceKind.INSPECTOR, AudienceKind.OPERATOR})


def sees(
    audience: Audience, *, holder: int | None, user: int, province: str | None, crop: str
) -> bool:
    """Holder, user, officers with mandate, operator; quantities are shown to nobody else."""
    near = relation(audience, (holder, user), province=province)
    if near is AudienceKind.INSPECTOR and not _sector(audience, crop):
        return audience.organisation in (holder, user)
    return near in _NEAR


def require_office(actor: Principal, province: str | None, crop: str) -> None:
    """Raises `LedgerForbiddenError` unless the actor is the body in charge here."""
    audience = actor.audience
    near = relation(audience, (), province=province)
    if not actor.may(Scope.SUPERVISE) or near not in _OFFICES or not _sector(audience, crop):
        raise LedgerForbiddenError("ledger.not-in-charge")


def _sector(audience: Audience, crop: str) -> bool:
    mandate = audience.mandate
    if mandate is None or mandate.sectors is None:
        return True
    return goods.sector(crop) in mandate.sectors
