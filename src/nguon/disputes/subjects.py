# SPDX-License-Identifier: Apache-2.0
"""What a report is about, looked up: whose statement it is, where they are, which sector."""

from collections.abc import Mapping, Sequence
from typing import Any

from nguon import gs1
from nguon.base.audience import Audience
from nguon.disputes.errors import UnknownDisputeError
from nguon.disputes.model import Subject, SubjectKind
from nguon.registry import queries as registry
from nguon.registry import workflow
from nguon.registry.cases import province_of
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.store.custody import product_of
from nguon.store.erasure import organisation_key
from nguon.store.values import StoredEvent

_MOST_THINGS = 100


def of_item(store: Store, key: str) -> Subject:
    """A thing, by its canonical key: a product, a lot, a piece or a container."""
    return _subject(store, SubjectKind.ITEM, key, _holder(store, key), [key])


def of_party(store: Store, audience: Audience, code: str) -> Subject:
    """An organisation, by its public code; raises `UnknownDisputeError`."""
    party = registry.organisation_by_code(store, audience, code)
    if party is None:
        raise UnknownDisputeError("disputes.unknown-party", party=code)
    return _subject(store, SubjectKind.PARTY, organisation_key(party.id), party.id, [])


def of_claim(store: Store, record: StoredEvent) -> Subject:
    """What a record says, as the reader was shown it.

    Raises:
        UnknownDisputeError: this reader may not see the record whole.
    """
    if not record.digest:
        raise UnknownDisputeError("disputes.unknown-claim")
    things = list(dict.fromkeys(item.key for item in record.items if product_of(item.key)))
    key = claim_key(record.digest)
    return _subject(store, SubjectKind.CLAIM, key, record.submitter, things[:_MOST_THINGS])


def claim_key(digest: bytes) -> str:
    """The key of what a record says, by the record's digest."""
    return f"event:{digest.hex()}"


def keys_over(key: str) -> set[str]:
    """A thing, its lot and its product: a case about any of them is about it too."""
    try:
        return {key, *gs1.memberships(key)}
    except gs1.IdentifierError:
        return {key}


def _holder(store: Store, key: str) -> int | None:
    """Whose goods these are: who registered the product, else nobody known."""
    product = product_of(key)
    asked = [key] if product is None else [product]
    return registry.named_organisations(store, asked).get(asked[0])


def _subject(
    store: Store, kind: SubjectKind, key: str, party: int | None, things: Sequence[str]
) -> Subject:
    goods = [found for thing in things if (found := product_of(thing)) is not None]
    with store.reading() as connection:
        homes = [] if party is None else rows.rows(connection, tables.organisation, "id", [party])
        products = rows.rows(connection, tables.product, "key", goods[:1])
    content: Mapping[Any, Any] = next(iter(products), {})
    return Subject(
        kind=kind,
        key=key,
        party=party,
        province=province_of(homes[0]["commune"]) if homes else None,
        sector=workflow.sector(Register.PRODUCT, content),
        about=frozenset(things),
    )
