# SPDX-License-Identifier: Apache-2.0
"""The query of a Digital Link: attributes of the thing, read by the letter of the syntax."""

from nguon.gs1.characters import percent_decoded, position_in_raw
from nguon.gs1.dictionary import find
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Parts
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.mode import Rigour
from nguon.gs1.values import check_value, refuse_lost_percent


def read_query(text: str, start: int, end: int, path: Parts) -> Parts:
    """The attributes in ``text[start:end]``, in order; other parameters are left out.

    Raises `IdentifierError` for a number that is no application identifier, one
    that may not stand in a query or belongs into the path, a repeated one, and a
    value of the wrong form.
    """
    attributes: list[tuple[str, str]] = []
    for parameter in text[start:end].split("&"):
        name, _, raw = parameter.partition("=")
        if name.isascii() and name.isdigit():
            _check_name(text, name, start, (*path, *attributes), path)
            value_start = start + len(name) + 1
            attributes.append((name, _value(text, name, raw, value_start)))
        start += len(parameter) + 1
    return tuple(attributes)


def _check_name(text: str, ai: str, start: int, given: Parts, path: Parts) -> None:
    known = find(ai)
    if known is None:
        code = "gs1.unknown-ai"
    elif any(ai == other for other, _ in given):
        code = "gs1.repeated"
    elif _belongs_into_path(ai, path):
        code = "gs1.qualifier-in-query"
    elif not known.in_link:
        code = "gs1.not-attribute"
    else:
        return
    raise IdentifierError(code, text, start, start + len(ai), ai=ai)


def _belongs_into_path(ai: str, path: Parts) -> bool:
    present = {code for code, _ in path[1:]}
    return any(
        ai in sequence and present.issubset(sequence)
        for sequence in PRIMARY_KEYS[path[0][0]].sequences
    )


def _value(text: str, ai: str, raw: str, start: int) -> str:
    refuse_lost_percent(text, start, start + len(raw))
    value = percent_decoded(raw.replace("+", " "))
    check_value(text, ai, value, Rigour.FULL, lambda at: start + position_in_raw(raw, at))
    return value
