# SPDX-License-Identifier: Apache-2.0
"""Who sees a grant or a use, and who may answer for the body in charge; pure."""

import msgspec

from nguon.base.audience import Audience, AudienceKind
from nguon.identity.model import Principal, Scope
from nguon.identity.policy import relation
from nguon.registry.ledger.errors import LedgerForbiddenError
from nguon.registry.ledger.model import Drawn

_NEAR = frozenset({AudienceKind.OWNER, AudienceKind.INSPECTOR, AudienceKind.OPERATOR})
_SECTORS = frozenset({"agriculture", "plant"})
_OFFICES = frozenset({AudienceKind.INSPECTOR, AudienceKind.OPERATOR})


def sees(audience: Audience, *, holder: int | None, user: int, province: str | None) -> bool:
    """Holder, user, officers with mandate, operator; quantities are shown to nobody else."""
    near = relation(audience, (holder, user), province=province)
    if near is AudienceKind.INSPECTOR and not in_charge_of_codes(audience):
        return audience.organisation in (holder, user)
    return near in _NEAR


def told(audience: Audience, one: Drawn) -> Drawn:
    """A use as its reader may know it.

    Whoever used a code without a grant of its holder is told why that was refused, but not how
    much of the code others have used.
    """
    foreign = one.holder is not None and one.user != one.holder and one.authorisation is None
    if not foreign or audience.organisation != one.user:
        return one
    if relation(audience, (one.holder,), province=one.province) in _NEAR:
        return one
    findings = (f for f in one.findings if not f.code.startswith(_OF_THE_HOLDER))
    lines = (line for line in one.arithmetic if line.code == _OWN_LINE)
    return msgspec.structs.replace(one, findings=tuple(findings), arithmetic=tuple(lines))


_OF_THE_HOLDER = ("ledger.ceiling-", "ledger.capacity-", "ledger.reasons-needed")
_OWN_LINE = "ledger.line-draw"


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
