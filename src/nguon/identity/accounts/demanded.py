# SPDX-License-Identifier: Apache-2.0
"""Which roles must have a second factor: the operator's word, for this process's store."""

from collections.abc import Collection
from weakref import WeakKeyDictionary

from nguon.identity.model import Role
from nguon.store import Store

_roles: WeakKeyDictionary[Store, frozenset[Role]] = WeakKeyDictionary()


def demand(store: Store, roles: Collection[Role]) -> None:
    """Who has one of these roles can do nothing without a second factor from now on."""
    _roles[store] = frozenset(roles)


def demanded(store: Store, role: Role) -> bool:
    """Whether the role must have a second factor."""
    return role in _roles.get(store, ())
