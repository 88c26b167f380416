# SPDX-License-Identifier: Apache-2.0
"""Whole answers to a question, at once or level by level while the walk goes on."""

from collections.abc import Iterator

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.store import Store
from nguon.trace.amounts import Amount, amounts
from nguon.trace.backwards import Backward, backwards
from nguon.trace.model import Lineage, Mode
from nguon.trace.reading import Reading
from nguon.trace.service import Question, answered, disclosed, found_by
from nguon.trace.visibility import Findings, as_seen
from nguon.trace.walk import Walk


class Answer(msgspec.Struct, frozen=True):
    """A lineage with the records in it that run backwards in time, and its quantities.

    ``recorded``: whether any record that counts names a thing asked about.
    """

    lineage: Lineage
    backwards: tuple[Backward, ...]
    amounts: tuple[Amount, ...]
    recorded: bool


def answer(store: Store, audience: Audience, question: Question) -> Answer:
    """All that hangs on the things asked about, together, as the reader may see it."""
    found = answered(store, question)
    seen = disclosed(store, audience, found)
    lineage = msgspec.structs.replace(
        as_seen(found, seen), erased=store.erasure.about(found.depths)
    )
    return _with_facts(store, found, seen, lineage)


def levels(
    store: Store, audience: Audience, question: Question
) -> Iterator[tuple[int, Lineage] | Answer]:
    """The same level by level, each as soon as it was read; last the answer without its things.

    A level has the things that are new there, or that are followed further than an earlier
    level said, and the links that led to them.
    """
    as_of = _as_of(store, question)
    walk = _walk(question)
    seen: dict[int, Disclosure] = {}
    told: set[tuple[str, Mode]] = set()
    withheld = since = 0
    for depth in Reading(store, as_of).levels(walk):
        part = _part(walk, question, as_of, (since, depth))
        since = depth + 1
        if part.depths:
            shown = disclosed(store, audience, part)
            seen.update(shown)
            lineage = as_seen(part, shown)
            withheld += lineage.withheld
            new = tuple(node for node in lineage.nodes if (node.key, node.mode) not in told)
            told.update((node.key, node.mode) for node in new)
            yield depth, msgspec.structs.replace(lineage, nodes=new)
    found = found_by(walk, question.direction, as_of)
    end = Lineage(
        start=found.start,
        starts=found.starts,
        direction=question.direction,
        as_of=as_of,
        nodes=(),
        links=(),
        truncated=found.truncated,
        withheld=withheld,
        erased=store.erasure.about(found.depths),
        limit=found.limit,
        limit_depth=found.limit_depth,
        unfollowed=found.unfollowed,
    )
    yield _with_facts(store, found, seen, end)


def _part(walk: Walk, question: Question, as_of: int, of_levels: tuple[int, int]) -> Findings:
    """What was found on these levels and not given yet."""
    keys, links = walk.fresh(of_levels[1])
    ends = {end for link in links for end in (link.source, link.target)}
    return found_by(walk, question.direction, as_of)._replace(
        depths={key: walk.depths[key] for key in (*keys, *sorted(ends - keys.keys()))},
        links=links,
        partial=True,
        fresh=keys.keys(),
        since=of_levels[0],
    )


def _as_of(store: Store, question: Question) -> int:
    return store.events.head()[0] if question.upto_seq is None else question.upto_seq


def _walk(question: Question) -> Walk:
    return Walk(question.keys, question.direction, question.limits, question.following)


def _with_facts(
    store: Store, found: Findings, seen: dict[int, Disclosure], lineage: Lineage
) -> Answer:
    open_events = {number for number, level in seen.items() if level is Disclosure.FULL}
    return Answer(
        lineage,
        backwards(store, found, open_events),
        amounts(found, open_events),
        any(found.known.numbers(key) for key in found.asked),
    )
