# SPDX-License-Identifier: Apache-2.0
"""What the store asks others while it reads: the rooms above set it when a store is opened."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from nguon.base.audience import Audience

NamedOrganisations = Callable[[Iterable[str]], Mapping[str, int]]
"""The organisations behind party and place keys; keys that nobody holds are left out."""
Located = Callable[[Collection[str], Collection[int]], tuple[Mapping[str, str], Mapping[int, str]]]
"""The provinces of party and place keys and of organisations; unknown ones are left out."""
Noted = Callable[[Audience, str, Iterable[tuple[int, str]]], None]
"""Takes note that a reader was shown something whole: what it is, whose, and its key."""


def nobody(_keys: Iterable[str]) -> Mapping[str, int]:
    """No key has a holder: a store without registers."""
    return {}


def nowhere(
    _keys: Collection[str], _organisations: Collection[int]
) -> tuple[Mapping[str, str], Mapping[int, str]]:
    """Nothing is known to be anywhere: a store without registers."""
    return {}, {}


def unnoted(_audience: Audience, _what: str, _shown: Iterable[tuple[int, str]]) -> None:
    """Nobody keeps a record of access."""


@dataclass(slots=True)
class Hooks:
    """The functions attached to a store."""

    named: NamedOrganisations = nobody
    located: Located = nowhere
    noted: Noted = unnoted
