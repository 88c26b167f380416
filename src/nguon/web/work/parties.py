# SPDX-License-Identifier: Apache-2.0
"""The other party of a form: typed as one text, and where several match, chosen among them.

What was chosen counts only for the text that it was offered for: whoever types
another name afterwards means the other one.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nguon.base.audience import Audience
from nguon.base.messages import Language
from nguon.registry import queries, search
from nguon.registry.model import Organisation, Register
from nguon.store import Store
from nguon.vn.text import fold

MOST = 8
"""Organisations to choose from; who means another one types more of its name."""
CHOICE, ASKED = "party-choice", "party-asked"
"""The fields of a choice: the code chosen, and the text that had several meanings."""


class Matches(NamedTuple):
    """Whom a text means: one for certain, or some whose names begin so, partners first."""

    certain: Organisation | None
    others: tuple[Organisation, ...] = ()


class Option(NamedTuple):
    """An organisation as a choice shows it."""

    code: str
    name: str
    where: str


def matching(
    store: Store, audience: Audience, text: str, known: Sequence[Organisation] = ()
) -> Matches:
    """Whom a text means: a code or a full name for certain, beginnings of words perhaps."""
    code = text.rpartition("(")[2][:-1].strip() if text.endswith(")") else text
    exact = queries.organisations_by_code(store, audience, [code]).get(code)
    if exact is not None or not text:
        return Matches(exact)
    wanted = fold(text)
    named = tuple({one.id: one for one in known if wanted in _names(one)}.values())
    if len(named) == 1:
        return Matches(named[0])
    hits = search.find(store, audience, text, [Register.ORGANISATION], limit=MOST)
    found = queries.organisations_by_code(store, audience, [hit.key for hit in hits])
    whole = [
        one
        for hit in hits
        if (one := found.get(hit.key)) and (hit.rank == 0 or text in (one.gln, one.name.vi))
    ]
    if len(whole) == 1 and not named:
        return Matches(whole[0])
    near = {one.id for one in known}
    ordered = sorted(found.values(), key=lambda one: one.id not in near)
    return Matches(None, tuple({one.id: one for one in (*named, *ordered)}.values())[:MOST])


def _names(one: Organisation) -> set[str]:
    return {fold(name) for name in (one.name.vi, one.name.en, one.code, one.gln) if name}


def meant(typed: Mapping[str, str], name: str = "party") -> str:
    """The text of the field, or the code chosen for it."""
    text, choice = typed.get(name, ""), typed.get(CHOICE, "")
    return choice if choice and typed.get(ASKED) == text else text


def options(some: Sequence[Organisation], language: Language) -> list[Option]:
    """Organisations to choose from, with where they are."""
    found = []
    for one in some:
        where = [one.unit.label(language) if one.unit else "", one.code]
        name = one.name.in_language(language)
        found.append(Option(one.code, name, " · ".join(filter(None, where))))
    return found
