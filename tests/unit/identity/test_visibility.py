# SPDX-License-Identifier: Apache-2.0
"""The decision who sees what: every kind of reader against every relation to an event."""

from itertools import product

import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind, audience_for, decide, is_self

READER, SUBMITTER, THIRD = 7, 8, 9


def _principal(kind: KeyKind, organisation: int = READER) -> Principal:
    return Principal(organisation, "k", kind, frozenset({Scope.READ}), strict=False)


AUDIENCES = {
    "public": PUBLIC,
    "member": audience_for(_principal(KeyKind.MEMBER)),
    "inspector": audience_for(_principal(KeyKind.INSPECTOR)),
    "operator": audience_for(_principal(KeyKind.OPERATOR)),
    "partner": Audience(AudienceKind.PARTNER, READER, decide),
    "nobody's member": Audience(AudienceKind.OWNER, None, decide),
}


@pytest.mark.parametrize(
    ("reader", "own", "named", "custody"),
    list(product(AUDIENCES, (False, True), (False, True), (False, True))),
)
def test_every_reader_and_relation(reader: str, own: bool, named: bool, custody: bool) -> None:
    facts = EventFacts(
        submitter=READER if own else SUBMITTER,
        named=frozenset({READER, THIRD} if named else {THIRD}),
        custody=custody,
    )
    full = reader in {"inspector", "operator"} or (
        reader in {"member", "partner"} and (own or named or custody)
    )
    expected = Disclosure.FULL if full else Disclosure.PUBLIC
    assert AUDIENCES[reader].disclosure(facts) is expected


def test_audiences_are_of_their_kind() -> None:
    assert PUBLIC.kind is AudienceKind.PUBLIC
    assert PUBLIC.organisation is None
    assert AUDIENCES["member"].kind is AudienceKind.OWNER
    assert AUDIENCES["member"].organisation == READER
    assert AUDIENCES["member"].scopes == {"read"}
    assert AUDIENCES["inspector"].kind is AudienceKind.INSPECTOR
    assert AUDIENCES["operator"].kind is AudienceKind.OPERATOR
    assert _principal(KeyKind.MEMBER).audience == AUDIENCES["member"]
    for audience in (PUBLIC, AUDIENCES["member"], AUDIENCES["operator"]):
        assert audience.reduce is not None
        assert audience.reduce_items is not None


def test_own_register_entries() -> None:
    assert not is_self(PUBLIC, READER)
    assert not is_self(PUBLIC, None)
    assert is_self(AUDIENCES["member"], READER)
    assert not is_self(AUDIENCES["member"], SUBMITTER)
    assert not is_self(AUDIENCES["member"], None)
    assert is_self(AUDIENCES["operator"], SUBMITTER)
    assert is_self(AUDIENCES["inspector"], None)
