# SPDX-License-Identifier: Apache-2.0
"""Which of several links of one type a request is best served by; pure.

First the context that the request names, then the media types it accepts, then
the languages: RFC 4647 section 3.4 (lookup) over ranges in the order of their
weights; then Vietnamese, then what is in no language. What none of these tells
apart is left to the reader (300 Multiple Choices).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from nguon.base.messages import DEFAULT_LANGUAGE
from nguon.web.linkset import Link

_ANY = "*"
_LONGEST = 500
"""Characters of a header that are read."""


class Wish(NamedTuple):
    """What a request says of the link it would like; languages as ``Accept-Language`` has them,
    those that the reader chose by hand (``chosen``) before them.
    """

    context: str = ""
    accept: str = ""
    languages: str = ""
    chosen: tuple[str, ...] = ()


def best(links: Sequence[Link], wish: Wish) -> tuple[Link, ...]:
    """The links that fit a request best; several where nothing tells them apart."""
    found = _of_type(_of_context(tuple(links), wish.context), wish.accept)
    return in_language(found, wish) or _unasked(found)


def variant(links: Sequence[Link], wish: Wish) -> Link | None:
    """The one variant of a default that a request fits better than the default itself."""
    asked = _in_context(tuple(links), wish.context) if wish.context else tuple(links)
    found = _of_type(asked, wish.accept)
    if len(found) > 1:
        found = in_language(found, wish) or found
    return found[0] if len(found) == 1 else None


def in_language(links: tuple[Link, ...], wish: Wish) -> tuple[Link, ...]:
    """The links in the language asked for; none where no range matches any."""
    ranges = (*wish.chosen, *weighed(wish.languages[:_LONGEST]))
    refused = _refused(wish.languages[:_LONGEST])
    left = tuple(one for one in links if not _speaks(one, refused.__contains__)) or links
    for tag in ranges:
        if tag == _ANY:
            return _unasked(left)
        found = _looked_up(left, tag)
        if found:
            return found
    return next((found for tag in ranges if (found := _wider(left, tag))), ())


def _looked_up(links: tuple[Link, ...], tag: str) -> tuple[Link, ...]:
    """RFC 4647 section 3.4: the range, shortened from its end until it matches."""
    subtags = tag.split("-")
    while subtags:
        wanted = "-".join(subtags)
        found = tuple(one for one in links if _speaks(one, wanted.__eq__))
        if found:
            return found
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()
    return ()


def _wider(links: tuple[Link, ...], tag: str) -> tuple[Link, ...]:
    """Where lookup finds nothing: the language as spoken elsewhere (``en`` is served ``en-US``)."""
    head = f"{tag.partition('-')[0]}-"
    for link in links:
        spoken = next((t for t in link.languages if t.lower().startswith(head)), None)
        if spoken is not None:
            return tuple(one for one in links if spoken in one.languages)
    return ()


def _unasked(links: tuple[Link, ...]) -> tuple[Link, ...]:
    ours = tuple(one for one in links if _speaks(one, DEFAULT_LANGUAGE.__eq__))
    return ours or tuple(one for one in links if not one.languages) or links


def _speaks(link: Link, is_wanted: Callable[[str], bool]) -> bool:
    return any(is_wanted(tag.lower()) for tag in link.languages)


def _of_context(links: tuple[Link, ...], context: str) -> tuple[Link, ...]:
    """The links of the context asked for; else those that are bound to none; else all."""
    found = _in_context(links, context) if context else ()
    return found or tuple(one for one in links if not one.context) or links


def _in_context(links: tuple[Link, ...], context: str) -> tuple[Link, ...]:
    wanted = context.casefold()
    return tuple(one for one in links if wanted in (word.casefold() for word in one.context))


def _of_type(links: tuple[Link, ...], accept: str) -> tuple[Link, ...]:
    """The links whose media type is accepted most gladly; all where none is acceptable."""
    if len(links) < 2 or not accept:
        return links
    ranges = accepted(accept[:_LONGEST])
    weights = [_weight(one.type, ranges) for one in links]
    most = max(weights)
    if most == 0:
        return links
    return tuple(one for one, weight in zip(links, weights, strict=True) if weight == most)


def _weight(media_type: str | None, ranges: Sequence[tuple[str, float]]) -> float:
    """RFC 9110 section 12.5.1: the most specific range counts; no type may be any type."""
    if media_type is None:
        return max((weight for _, weight in ranges), default=1.0)
    names = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    found = dict(reversed(ranges))
    return next((found[name] for name in names if name in found), 0.0)


@lru_cache(maxsize=1024)
def weighed(languages: str) -> tuple[str, ...]:
    """The language ranges of an ``Accept-Language``, the most wanted first, in lower case."""
    found = [(tag, weight) for tag, weight in _weights(languages) if weight > 0]
    return tuple(tag for tag, _ in sorted(found, key=lambda pair: -pair[1]))


@lru_cache(maxsize=1024)
def _refused(languages: str) -> frozenset[str]:
    return frozenset(tag for tag, weight in _weights(languages) if weight == 0 and tag != _ANY)


@lru_cache(maxsize=1024)
def accepted(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an ``Accept`` with their weights, in lower case."""
    return tuple(_weights(accept))


def _weights(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if name:
            found.append((name, _number(weight)))
    return found


def _number(weight: str) -> float:
    """A weight between 0 and 1; 0 for what is none."""
    plain = weight.strip()
    if not plain.replace(".", "", 1).isdecimal() or not plain.isascii():
        return 0.0
    return min(float(plain), 1.0)
