# SPDX-License-Identifier: Apache-2.0
"""A trace: what was found on the walk over the recorded events, as its reader may see it."""

from collections.abc import Mapping, Sequence

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.store import Store
from nguon.trace.indexed import found_by_index
from nguon.trace.model import Direction, Following, Limits, Lineage
from nguon.trace.reading import Reading
from nguon.trace.visibility import Findings, as_seen, disclosures, records, sees_all
from nguon.trace.walk import Walk


class Question(msgspec.Struct, frozen=True):
    """What a trace is asked: the things to start from (at least one), and how to go."""

    keys: tuple[str, ...]
    direction: Direction
    limits: Limits = Limits()
    upto_seq: int | None = None
    following: Following = Following()


def trace(
    store: Store,
    audience: Audience,
    key: str,
    direction: Direction,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
    following: Following = Following(),  # noqa: B008 (frozen value)
) -> Lineage:
    """Everything that ``key`` came from (back) or went into (forward), as the reader may see it.

    Time is respected: a transformation counts only after the goods reached it,
    a container only while the goods were inside. Records declared in error by
    their submitter are left out. Bad data (cycles, repeats) end the walk, never
    the program. With ``upto_seq`` the answer is the one of that log position.
    """
    found = answered(store, Question((key,), direction, limits, upto_seq, following))
    lineage = as_seen(found, disclosed(store, audience, found))
    return msgspec.structs.replace(lineage, erased=store.erasure.about(found.depths))


def answered(store: Store, question: Question) -> Findings:
    """All that was found, not yet reduced: by the index where it can tell, else by the walk; the
    same but for `Findings.windows`.
    """
    as_of = store.events.head()[0] if question.upto_seq is None else question.upto_seq
    way = question.direction, question.limits, question.following
    found = found_by_index(store, question.keys, *way, as_of)
    if found is None:
        walk = Walk(question.keys, *way)
        Reading(store, as_of).complete([walk])
        found = found_by(walk, question.direction, as_of)
    return found


def disclosed(store: Store, audience: Audience, found: Findings) -> dict[int, Disclosure]:
    """What the reader may see of each record found, noted for the records' owners."""
    provinces: Mapping[int, frozenset[str]] = {}
    if audience.mandate is not None and not sees_all(audience):
        provinces = store.events.touched(audience, list(records(found).values()))
    levels = disclosures(audience, found, store.named_organisations, provinces)
    if audience.reader:
        full = {number for number, level in levels.items() if level is Disclosure.FULL}
        others = found.known.submitters(full) - {audience.organisation}
        store.hooks.noted(audience, "trace", [(number, found.start) for number in others])
    return levels


def findings(
    store: Store,
    key: str,
    direction: Direction,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
    following: Following = Following(),  # noqa: B008 (frozen value)
) -> Findings:
    """All that the walk found, not yet reduced: to choose records that are then read for an
    audience, never to show.
    """
    return findings_of(
        store, [key], direction, limits=limits, upto_seq=upto_seq, following=following
    )[0]


def findings_of(
    store: Store,
    keys: Sequence[str],
    direction: Direction,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
    following: Following = Following(),  # noqa: B008 (frozen value)
) -> list[Findings]:
    """The `findings` of many things, read together: what they share is read once."""
    as_of = store.events.head()[0] if upto_seq is None else upto_seq
    walks = [Walk([key], direction, limits, following) for key in keys]
    Reading(store, as_of).complete(walks)
    return [found_by(walk, direction, as_of) for walk in walks]


def found_by(walk: Walk, direction: Direction, as_of: int) -> Findings:
    """What a walk has found up to now."""
    return Findings(
        start=walk.starts[0],
        starts=walk.starts,
        direction=direction,
        as_of=as_of,
        depths=walk.depths,
        links=walk.links,
        known=walk.known,
        truncated=walk.truncated,
        windows=walk.seen,
        cut=walk.cut,
        limit=walk.limit,
        limit_depth=walk.limit_depth,
        unfollowed=len(walk.unfollowed),
    )
