# SPDX-License-Identifier: Apache-2.0
"""The keys that links hang on: the levels of an identifier from the finest up; pure.

Links of a serial number hang on its key without variant and lot (Resolver 1.2
section 2.5.9 rule 2); the union of rule 4 is found by going up. A consumer
product variant and a digital location number are levels of their own, though
events know only the item itself.
"""

from nguon.gs1 import Identifier, IdentifierError, Mode, parse
from nguon.gs1.characters import key_encoded

_BESIDES = ("22", "7040")
"""Qualifiers that are no part of an item key."""


def read(text: str) -> str:
    """The key that links of a typed identifier hang on: any Digital Link, path or element string.

    Raises `IdentifierError`; links hang on nothing that is malformed, nor on what
    no Digital Link can name.
    """
    found = parse(text, mode=Mode.STRICT)
    if not found.parts:
        raise IdentifierError("gs1.no-primary-key", text)
    return link_key(found)


def levels(identifier: Identifier) -> tuple[str, ...]:
    """The keys whose links count for an identifier, the finest first."""
    plain = (identifier.key, *identifier.memberships)
    given = dict(identifier.parts[1:])
    besides = next((ai for ai in _BESIDES if ai in given), None)
    if besides is None:
        return plain
    variant = f"{besides}/{key_encoded(given[besides])}"
    return tuple(key for one in plain for key in (*_with(one, variant), one))


def link_key(identifier: Identifier) -> str:
    """The one key that a link of this very identifier hangs on."""
    return levels(identifier)[0]


def _with(key: str, variant: str) -> tuple[str, ...]:
    """A class or lot together with its variant; a serial number names its item by itself."""
    ai, value, *rest = key.split("/")
    if rest and rest[0] != "10":
        return ()
    return ("/".join((ai, value, variant, *rest)),)
