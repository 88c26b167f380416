# SPDX-License-Identifier: Apache-2.0
"""Reading Digital Links: what is right at once, what is wrong once more, to say where."""

import re

from nguon.gs1.characters import lost_percent, percent_decoded
from nguon.gs1.dictionary import disagreement, table
from nguon.gs1.dictionary.relations import unsigned
from nguon.gs1.digital_links import read_digital_link
from nguon.gs1.element import Element
from nguon.gs1.errors import IdentifierError
from nguon.gs1.links.link import Link, paths
from nguon.gs1.mode import Rigour

_CHARACTERS = r"0-9A-Za-z\-._~:/\[\]@!$&'()*+,;=%"
_URI = re.compile(
    r"(?:https?|HTTPS?)://"
    r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z\-._~!$&'()*+,;=]+)(?::[0-9]*)?"
    rf"(/[{_CHARACTERS}]*)(?:\?([{_CHARACTERS}?]*))?(?:#[{_CHARACTERS}?#]*)?"
)


def read_link(uri: str, *, relations: bool = True) -> Link:
    """What a Digital Link says, held to every rule of URI Syntax 1.6.

    With ``relations`` its elements must also get on with one another by themselves, as
    `nguon.gs1.elements.check` has it; without, other carriers may complete them.

    Raises:
        IdentifierError: with the span in the URI.
    """
    link = read_at_once(uri) or read_slowly(uri)
    if relations:
        found = disagreement(tuple(ai for ai, _ in link.elements)) or unsigned(dict(link.elements))
        if found is not None:
            place = _place_of(uri, link, found.ai)
            raise IdentifierError(found.code, uri, *place, ai=found.ai, **found.params)
    return link


def read_at_once(uri: str) -> Link | None:
    """The link, or None when anything in it is wrong."""
    whole = _URI.fullmatch(uri)
    if whole is None or not whole[1]:
        return None
    path, query = whole.groups()
    segments = path.split("/")
    start = _place_of_key(segments)
    codes = segments[start::2]
    belonging = paths().get(tuple(codes))
    if belonging is None or len(segments) - start != 2 * len(codes):
        return None
    elements = []
    for ai, raw in zip(codes, segments[start + 1 :: 2], strict=True):
        element = _element(ai, raw)
        if element is None:
            return None
        elements.append(element)
    stem = uri[: whole.start(1)] + "/".join(segments[:start])
    if not query:
        return Link(tuple(elements), (), stem, ())
    attributes = _attributes(query, codes, belonging)
    if attributes is None:
        return None
    return Link(tuple(elements), tuple(attributes), stem, _ignored(query))


def read_slowly(uri: str) -> Link:
    """As `read_at_once`, but says what is wrong."""
    identifier = read_digital_link(uri, Rigour.FULL)
    before, _, query = uri.partition("#")[0].partition("?")
    segments = before.split("/")
    return Link(
        tuple(Element(*part) for part in identifier.parts),
        tuple(Element(*attribute) for attribute in identifier.attributes),
        "/".join(segments[: -2 * len(identifier.parts)]),
        _ignored(query),
    )


def _place_of_key(segments: list[str]) -> int:
    """Where the rightmost primary key is; 0 when there is none."""
    known = table()
    for at in range(len(segments) - 2, 0, -2):
        identifier = known.get(segments[at])
        if identifier is not None and identifier.sequences is not None:
            return at
    return 0


def _element(ai: str, raw: str) -> Element | None:
    if "%" in raw:
        if lost_percent(raw) is not None:
            return None
        raw = percent_decoded(raw)
    return None if table()[ai].flaw(raw) else Element(ai, raw)


def _attributes(query: str, codes: list[str], belonging: frozenset[str]) -> list[Element] | None:
    known, given, attributes = table(), set(codes), []
    for parameter in query.split("&"):
        name, _, raw = parameter.partition("=")
        if not name.isdigit():
            continue
        identifier = known.get(name)
        if identifier is None or not identifier.in_link or name in given or name in belonging:
            return None
        element = _element(name, raw.replace("+", " "))
        if element is None:
            return None
        given.add(name)
        attributes.append(element)
    return attributes


def _ignored(query: str) -> tuple[tuple[str, str], ...]:
    parameters = (parameter.partition("=") for parameter in query.split("&") if parameter)
    return tuple((name, value) for name, _, value in parameters if not name.isdigit())


def _place_of(uri: str, link: Link, ai: str) -> tuple[int, int]:
    """Where an application identifier of a link stands in its URI."""
    before, _, query = uri.partition("#")[0].partition("?")
    at = len(before) + 1
    for parameter in query.split("&"):
        if parameter.partition("=")[0] == ai:
            return at, at + len(ai)
        at += len(parameter) + 1
    names = before.split("/")
    place = len(names) - 2 * len(link.path) + 2 * [code for code, _ in link.path].index(ai)
    start = sum(len(name) + 1 for name in names[:place])
    return start, start + len(ai)
