# SPDX-License-Identifier: Apache-2.0
"""The store that a command works on: the settings' own, with the operator's eyes."""

from collections.abc import Iterator
from contextlib import contextmanager

from nguon.base.audience import Audience
from nguon.codes import keyring
from nguon.identity.accounts import sealing
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind, audience_for
from nguon.parties.enrolment.opening import open_office
from nguon.parties.keys import custody, naming
from nguon.settings import Settings, load
from nguon.store import Store, open_store

OPERATOR = Principal(
    organisation=0, key_id="", kind=KeyKind.OPERATOR, scopes=frozenset(), strict=False
)
"""Whoever may read the database file reads all of it."""


def operator() -> Audience:
    """The audience of somebody at the server's own command line."""
    return audience_for(OPERATOR)


def _guard(store: Store, settings: Settings) -> None:
    """Where the database has not all that was signed, nothing is recorded here either."""
    # Most commands record nothing, and start faster without a log.
    from nguon.tlog.service import Tlog

    log = Tlog(store, settings.log_files, settings.base_url)
    log.guard()
    log.close()


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Store]:
    """The store of the settings, migrated, closed afterwards."""
    settings = settings or load()
    settings.data.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.database_url)
    keyring.attach(store, settings.codes_keys)
    sealing.attach(store, settings.account_keys)
    custody.attach(store, settings.party_keys)
    naming.attach(store, settings.base_url)
    open_office(store, settings.enrolment)
    try:
        store.migrate()
        if settings.log_state.is_file():
            _guard(store, settings)
        yield store
    finally:
        store.close()
