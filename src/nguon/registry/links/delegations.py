# SPDX-License-Identifier: Apache-2.0
"""Who answers for keys of a prefix in our place: the operator's to say.

GS1-Conformant Resolver 1.2 section 2.8: redirection by a pattern, without
further processing, is annotated with ``gs1:handledBy``.
"""

import re

from nguon.gs1.keys import PRIMARY_KEYS
from nguon.registry.links import queries, records, rules
from nguon.registry.links.errors import LinkError, LinkUnknownError
from nguon.registry.links.model import Delegation
from nguon.store import Store
from nguon.store import links as rows
from nguon.store import registry as registers

_COMPANY = re.compile(r"[0-9]{3,12}")
_KEY = re.compile(r"([0-9]{2,4})/[0-9A-Za-z._~%/-]{3,100}")
_MOST_TITLE = 200


def delegate(
    store: Store, prefix: str, resolver: str, title: str, *, by: str, own: str
) -> Delegation:
    """Have another resolver answer for a prefix from now on; another one for it ends.

    ``prefix`` is a GS1 company prefix or the beginning of a key with its
    application identifier; ``resolver`` the root of the other one, https.

    Raises `LinkError`: a prefix or address that cannot be right.
    """
    prefix, resolver, title = prefix.strip(), resolver.strip().rstrip("/"), title.strip()
    found = _KEY.fullmatch(prefix)
    if not (_COMPANY.fullmatch(prefix) or (found and found[1] in PRIMARY_KEYS)):
        raise LinkError("links.prefix", prefix=prefix[:_MOST_TITLE])
    wrong = rules.root_fault(resolver, own)
    if wrong is not None:
        raise LinkError(wrong)
    if not title or len(title) > _MOST_TITLE:
        raise LinkError("links.delegation-title", most=_MOST_TITLE)
    made = {**records.made(by), "prefix": prefix, "resolver": resolver, "title": title}
    with store.transaction() as connection:
        registers.hold(connection)
        standing = map(records.delegation, rows.delegations(connection))
        before = next((one for one in standing if one.prefix == prefix), None)
        if before is not None:
            if (before.resolver, before.title) == (resolver, title):
                return before
            rows.end_delegation(connection, before.id, records.now(), by)
        rows.add_delegation(connection, made)
    return next(one for one in queries.delegations(store) if one.prefix == prefix)


def end(store: Store, number: str, *, by: str) -> None:
    """We answer for the prefix again; raises `LinkUnknownError` where no such delegation stands."""
    with store.transaction() as connection:
        if not rows.end_delegation(connection, number, records.now(), by):
            raise LinkUnknownError("links.delegation-unknown")
