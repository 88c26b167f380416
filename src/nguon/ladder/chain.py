# SPDX-License-Identifier: Apache-2.0
"""The lowest link of a chain of claims: which one, and why it is the lowest; pure."""

from collections.abc import Sequence

from nguon.ladder.model import ClaimKind, Flag, Standing


def lowest(claims: Sequence[Standing]) -> Standing | None:
    """The claim that holds least: contradicted, then disputed, then by level; the first of equals.

    Steps and origin are the chain; where nothing is recorded of one, all that is claimed.
    """
    chain = [one for one in claims if one.claim.kind in {ClaimKind.STEP, ClaimKind.ORIGIN}]
    return min(chain or claims, key=_height, default=None)


def _height(one: Standing) -> tuple[int, int, int]:
    worst = -2 if Flag.CONTRADICTED in one.flags else -1 if one.flags else 0
    return worst, one.level, len(one.satisfied)
