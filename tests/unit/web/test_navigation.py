# SPDX-License-Identifier: Apache-2.0
"""The menu of each role: no page twice under one name, what the day brings first."""

import pytest

from nguon.identity.model import Role
from nguon.web.work.navigation import menu


@pytest.mark.parametrize("role", Role)
def test_no_page_stands_twice(role: Role) -> None:
    """An operator alone has both desks, which have pages of the same name."""
    entries = [entry for _, some in menu(frozenset(role.scopes)) for entry in some]
    paths = [entry.path for entry in entries]
    assert len(paths) == len(set(paths))
    names = [entry.words for entry in entries]
    assert len(names) == len(set(names)) or role is Role.OPERATOR


def test_an_officer_begins_with_what_has_a_term() -> None:
    [(group, entries), *_] = menu(frozenset(Role.OFFICER.scopes))
    assert group == "desk"
    first = [entry.id for entry in entries][:6]
    assert first == ["desk", "approvals", "overdue", "disputes", "recalls", "inspections"]


def test_a_clerk_reads_of_recalls_before_recording() -> None:
    [(group, entries), *_] = menu(frozenset(Role.CLERK.scopes))
    assert group == "day"
    assert [entry.id for entry in entries][:3] == ["start", "messages", "recall-notices"]
