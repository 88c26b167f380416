# SPDX-License-Identifier: Apache-2.0
"""Which stages of the chain are recorded, missing or still ahead; pure."""

from collections.abc import Collection

from nguon.passport.model import Completeness, Stage, StageState
from nguon.trace.stages import TRANSFORMING, chain

_BEGUN = frozenset({"grow", "make"})


def completeness(steps: Collection[str], placeless: int = 0) -> Completeness:
    """Which stages the steps show: one before the latest recorded is missing, one after ahead.

    Where nothing was grown or caught, a transformation is the making.
    """
    known = chain()
    seen = {known.stage[step] for step in steps if step in known.stage}
    if TRANSFORMING in steps and not seen & _BEGUN:
        seen.add("make")
    latest = max((known.order.index(name) for name in seen), default=-1)
    stages = []
    for position, name in enumerate(known.order):
        if name in seen:
            stages.append(Stage(name, StageState.RECORDED))
        elif name in known.core:
            ahead = position > latest
            stages.append(Stage(name, StageState.AHEAD if ahead else StageState.MISSING))
    return Completeness(tuple(stages), placeless)
