# SPDX-License-Identifier: Apache-2.0
"""In which form a credential is wanted, by the media types that a client accepts."""

from collections.abc import Iterable

from nguon.attesting.outputs import JWT

PROOF = "proof"
_FORMS = {
    "application/vc+jwt": JWT,
    "application/jwt": JWT,
    "application/*": JWT,
    "*/*": JWT,
    "application/vc": PROOF,
    "application/vc+ld+json": PROOF,
    "application/ld+json": PROOF,
    "application/json": PROOF,
}


def form(accepted: Iterable[tuple[str, float]]) -> str | None:
    """``jwt`` or ``proof``, whichever is wanted more; None where neither is."""
    found = [(weight, _FORMS[name]) for name, weight in accepted if name in _FORMS and weight > 0]
    best = max((weight for weight, _ in found), default=0.0)
    return next((wanted for weight, wanted in found if weight == best), None)
