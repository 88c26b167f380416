# SPDX-License-Identifier: Apache-2.0
"""The credentials that claims rest on, with what they stood by when the package is made."""

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from nguon.attesting import lists, trusted
from nguon.attesting.signing import Keys
from nguon.base.errors import NguonError
from nguon.credentials import did
from nguon.credentials.verifying import verified_list, verify
from nguon.dossier.model import CredentialTold
from nguon.ladder.model import Facts
from nguon.signing import jws
from nguon.store import Store
from nguon.store import attesting as rows


class Held(msgspec.Struct, frozen=True):
    """Credentials to pack, and by which keys of ours they are signed."""

    told: list[CredentialTold]
    kids: frozenset[str]


def credentials(store: Store, facts: Iterable[Facts], keys: Keys, moment: datetime) -> Held:
    """Those that the facts name by their digest: what their reader may know of."""
    wanted = {one.digest for each in facts for one in each.attestations if one.digest}
    told, kids = [], set()
    for secured in _tokens(store, wanted):
        made = _told(store, secured, keys, moment)
        if made is not None:
            told.append(made)
            kids |= {_kid(each) for each in (made.credential, *made.statuses.values())}
    return Held(told, frozenset(kids - {""}))


def _tokens(store: Store, digests: Collection[str]) -> list[str]:
    if not digests:
        return []
    with store.reading() as connection:
        found = rows.attestations(connection, "digest", sorted(digests))
        numbers = [row["credential"] for row in found if row["credential"]]
        issued = {row["id"]: row["token"] for row in rows.credentials(connection, numbers)}
    texts = [bytes(row["token"]).decode() for row in found if row["token"] is not None]
    return [*texts, *(issued[number] for number in numbers if number in issued)]


def _told(store: Store, secured: str, keys: Keys, moment: datetime) -> CredentialTold | None:
    """A credential with its lists; None for one that does not verify any more."""
    resolve = trusted.resolve_of(store, moment)
    statuses: dict[str, str] = {}

    def listed(url: str) -> Any:
        text = _list(store, url, keys, moment)
        if text is None:
            return None
        statuses[url] = text
        return verified_list(text, resolve, url, moment)

    try:
        found = verify(secured, resolve, listed, moment)
    except NguonError:
        return None
    document = trusted.document_of(store, did.subject(found.kid))
    return CredentialTold(
        credential=secured,
        standing=found.standing.value,
        digest=sha256(secured.encode()).hexdigest(),
        document=None if document is None else dict(document),
        statuses=statuses,
    )


def _list(store: Store, url: str, keys: Keys, moment: datetime) -> str | None:
    begin = lists.address(store, "")
    if url.startswith(begin):
        return lists.token(store, url.removeprefix(begin), keys, moment)
    with store.reading() as connection:
        kept = rows.kept_list(connection, url)
    return None if kept is None else kept.decode()


def _kid(secured: str) -> str:
    try:
        return str(jws.read(secured).header.get("kid", "")).rpartition("#")[2]
    except NguonError:
        return ""
