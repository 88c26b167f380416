# SPDX-License-Identifier: Apache-2.0
"""The answer behind every view and every file of the desk: one trace, as its reader may see it."""

import msgspec

from nguon.base.audience import Audience
from nguon.store import Store
from nguon.trace.answering import Answer, answer
from nguon.trace.known import seq_at
from nguon.trace.model import Direction, Limits, Lineage, Mode, Node
from nguon.trace.service import Question
from nguon.trace.starting import Starts, starts
from nguon.web.tracing.asked import Asked


class Found(msgspec.Struct, frozen=True):
    """What was asked and found; ``lineage`` has both directions together, where both were asked."""

    asked: Asked
    starts: Starts
    answers: tuple[Answer, ...]
    lineage: Lineage

    @property
    def things(self) -> list[Node]:
        """The things found, without processes."""
        return [node for node in self.lineage.nodes if node.mode is not Mode.PROCESS]

    @property
    def keys(self) -> list[str]:
        """Their keys."""
        return [node.key for node in self.things]


def find(store: Store, audience: Audience, asked: Asked) -> Found | None:
    """The trace of what was asked; None where a text names a subject that has no goods.

    Raises as `nguon.trace.starting.starts`.
    """
    begun = starts(store, audience, asked.item)
    if not begun.keys:
        return None
    moment = asked.moment
    upto = None if moment is None else seq_at(store, moment)
    answers = tuple(
        answer(
            store,
            audience,
            Question(begun.keys, direction, Limits(nodes=asked.most), upto, asked.following),
        )
        for direction in asked.direction.directions
    )
    return Found(asked, begun, answers, _together([one.lineage for one in answers]))


def _together(lineages: list[Lineage]) -> Lineage:
    """Both directions as one lineage: each thing once, with the fewest steps."""
    if len(lineages) == 1:
        return lineages[0]
    nodes: dict[str, Node] = {}
    for node in sorted((one for each in lineages for one in each.nodes), key=lambda one: one.depth):
        nodes.setdefault(node.key, node)
    return msgspec.structs.replace(
        lineages[0],
        direction=Direction.FORWARD,
        as_of=min(one.as_of for one in lineages),
        nodes=tuple(nodes.values()),
        links=tuple(dict.fromkeys(link for one in lineages for link in one.links)),
        truncated=any(one.truncated for one in lineages),
        withheld=sum(one.withheld for one in lineages),
        erased=max(one.erased for one in lineages),
        unfollowed=sum(one.unfollowed for one in lineages),
        limit=next((one.limit for one in lineages if one.limit), None),
        limit_depth=next((one.limit_depth for one in lineages if one.limit), None),
    )
