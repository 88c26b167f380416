# SPDX-License-Identifier: Apache-2.0
"""Whose a key is, and who may say where it leads.

A product and its lots and pieces are its registered maker's; a place its
holder's; a party its own. Other keys (logistic units, assets, documents) belong
to the one organisation that has registered numbers under the same GS1 company
prefix; where there are several, or none, the operator alone decides. Whoever
only handled a thing, or recorded events about it, holds none of its codes.
"""

from sqlalchemy import Connection

from nguon.gs1 import company_prefix
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.registry.links.errors import LinkForbiddenError
from nguon.store import links as link_rows
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_ITEMS = ("01", "8006")
_GTIN = 14


def holder(connection: Connection, key: str) -> int | None:
    """The organisation that holds a key; None where nobody is known to."""
    ai, _, rest = key.partition("/")
    number = rest.partition("/")[0]
    if ai in _ITEMS:
        product = f"01/{number[:_GTIN]}"
        return rows.makers(connection, [product]).get(product)
    if ai == "414":
        whole = f"414/{number}"
        held = rows.holders(connection, [key, whole])
        return held.get(key) or held.get(whole) or _party(connection, number)
    if ai == "417":
        return _party(connection, number)
    prefix = company_prefix(key)
    under = set() if prefix is None else link_rows.organisations_under(connection, prefix)
    return under.pop() if len(under) == 1 else None


def require(connection: Connection, principal: Principal, key: str) -> int:
    """The holder of a key that this principal may speak for: itself, a member, one it registered.

    Raises `LinkForbiddenError`. The operator speaks for all keys, and for
    itself where nobody holds one.
    """
    number = holder(connection, key)
    if principal.kind is KeyKind.OPERATOR:
        return principal.organisation if number is None else number
    if number is None:
        raise LinkForbiddenError("links.no-holder", key=key)
    if number != principal.organisation:
        [*found] = rows.rows(connection, tables.organisation, "id", [number])
        speaks = found and principal.organisation in (found[0]["member_of"], found[0]["registrar"])
        if not speaks:
            raise LinkForbiddenError("links.not-yours", key=key)
    return number


def _party(connection: Connection, gln: str) -> int | None:
    return rows.organisations_by_gln(connection, [gln]).get(gln)
