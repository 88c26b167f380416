# SPDX-License-Identifier: Apache-2.0
"""Who sees a grant or a use, and who may answer for the body in charge; pure."""

from nguon.base.audience import Audience, AudienceKind
from nguon.identity.model import Principal, Scope
from nguon.identity.policy import relation
from nguon.registry.ledger.errors import LedgerForbiddenError

_NEAR = frozenset({AudienceKind.OWNER, AudienceKind.INSPECTOR, AudienceKind.OPERATOR})
_SECTORS = frozenset({"agriculture", "plant"})
_OFFICES = frozenset({AudienceKind.INSPECTOR, AudienceKind.OPERATOR})


def sees(audience: Audience, *, holder: int | None, user: int, province: str | None) -> bool:
    """Holder, user, officers with mandate, operator; quantities are shown to nobody else."""
    near = relation(audience, (holder, user), province=province)
    if near is AudienceKind.INSPECTOR and not in_charge_of_codes(audience):
        return audience.organisation in (holder, user)
    return near in _NEAR


def require_office(actor: Principal, province: str | None) -> None:
    """Raises `LedgerForbiddenError` unless the actor is the body in charge here."""
    near = relation(actor.audience, (), province=province)
    able = actor.may(Scope.SUPERVISE) and in_charge_of_codes(actor.audience)
    if not able or near not in _OFFICES:
        raise LedgerForbiddenError("ledger.not-in-charge")


def in_charge_of_codes(audience: Audience) -> bool:
    """Whether a mandate's sectors include that of planting areas and packing houses."""
    mandate = audience.mandate
    return mandate is None or mandate.sectors is None or bool(_SECTORS & mandate.sectors)
