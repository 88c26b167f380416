# SPDX-License-Identifier: Apache-2.0
"""Erasing people from the registers, and their requests for it.

Name, address, contact, personal number, positions and boundaries go, from the
entry and from all that it said before, with the files attached to it and to its
places and papers; so does what the accounts of its people say, and the secrets of keys that
are kept for it: whoever erases ends the keys too (`nguon.parties.keys.ending`). Its code, commune
and standing stay, so that records which name the code can still be read. What events say is erased
by `nguon.store.erasure`. A legal hold forbids both.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.messages import text
from nguon.base.time import HANOI, from_microseconds, to_microseconds
from nguon.identity.accounts import sessions
from nguon.identity.errors import ErasureError
from nguon.registry import personal, versions
from nguon.registry.documents import Folder
from nguon.registry.history import certificate_key
from nguon.registry.indexing import reindex
from nguon.registry.model import PRIVATE_KINDS, Register
from nguon.store import Store
from nguon.store import consents as requests
from nguon.store import person_erasure as rows
from nguon.store import registry as entries
from nguon.store import registry_tables as tables
from nguon.store.erasing import Order
from nguon.store.erasure import organisation_key
from nguon.store.errors import HeldError

HeldKeys = Callable[[Sequence[str]], Iterable[str]]
"""Which of these keys a legal hold keeps."""

ANSWER_DAYS = 20
"""Days within which a request is answered: the operator's promise to the people asked about."""


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked to have erased; ``due`` is the last day for an answer."""

    id: str
    subject: int
    organisation: int
    asked_by: str
    reason: str
    created: datetime
    due: date
    state: State
    answer: str | None

    def overdue(self, day: date) -> bool:
        """Whether the answer should have been given before this day."""
        return self.state is State.OPEN and self.due < day


def ask(
    store: Store, subject: int, *, organisation: int, concerned: Collection[int], by: str,
    reason: str,
) -> str:  # fmt: skip
    """Ask to erase a person's or household's data; gives the request's id.

    Raises `ErasureError`: it is not the asker's to ask (``concerned`` are those
    whom the organisation may speak for), a request waits already, no reason.
    """
    if subject not in concerned:
        raise ErasureError("access.erase-not-yours")
    if not reason.strip():
        raise ErasureError("access.erase-reason")
    now, number = datetime.now(UTC), secrets.token_hex(8)
    with store.transaction() as connection:
        _person(connection, subject)
        waiting = requests.requests_in(connection, State.OPEN)
        if any(row["subject"] == subject for row in waiting):
            raise ErasureError("access.erase-waits")
        values = {
            "id": number,
            "subject": subject,
            "organisation": organisation,
            "asked_by": by,
            "reason": reason.strip(),
            "created": to_microseconds(now),
            "due": (now.astimezone(HANOI).date() + timedelta(days=ANSWER_DAYS)).isoformat(),
            "state": State.OPEN.value,
        }
        requests.add_request(connection, values)
    return number


def asked_by(store: Store, organisation: int) -> list[Request]:
    """What an organisation asked for, the latest first."""
    with store.reading() as connection:
        return [_request(row) for row in requests.requests_of(connection, organisation)]


def waiting(store: Store) -> list[Request]:
    """The requests that wait for an answer, the first due first."""
    with store.reading() as connection:
        return [_request(row) for row in requests.requests_in(connection, State.OPEN)]


def answer(
    store: Store, folder: Folder, number: str, *, erased: bool, by: str, words: str, held: HeldKeys
) -> int | None:
    """Carry a request out, or refuse it with a reason; ``folder`` has the files of entries.

    Gives who was erased, if anybody.

    Raises `ErasureError` where nothing waits under this id or the reason of a
    refusal is missing, `HeldError` where a legal hold forbids it.
    """
    if not erased and not words.strip():
        raise ErasureError("access.erase-reason")
    with store.reading() as connection:
        row = requests.request(connection, number)
    if row is None or row["state"] != State.OPEN:
        raise ErasureError("access.erase-answered")
    if erased:
        erase_person(store, folder, row["subject"], reason=row["reason"], by=by, held=held)
    values = {
        "state": (State.DONE if erased else State.REFUSED).value,
        "decided": to_microseconds(datetime.now(UTC)),
        "decided_by": by,
        "answer": words.strip() or None,
    }
    with store.transaction() as connection:
        requests.settle(connection, number, values, before=State.OPEN)
    return int(row["subject"]) if erased else None


def erase_person(
    store: Store, folder: Folder, number: int, *, reason: str, by: str, held: HeldKeys
) -> None:
    """Erase what the registers and accounts say of a household or person, and its files.

    A second time changes nothing.

    Raises `ErasureError` for what is no household or person, `HeldError`.
    """
    with store.erasing() as connection:
        entries.hold(connection)
        person = _person(connection, number)
        places = entries.rows(connection, tables.place, "holder", [number])
        keys = [row["key"] for row in places]
        kept = sorted(set(held([person["code"], organisation_key(number), *keys])))
        if kept:
            raise HeldError("store.held", count=len(kept))
        now = to_microseconds(datetime.now(UTC))
        entries.change(connection, tables.organisation, {"id": number}, _emptied(now))
        for row in places:
            entries.change(connection, tables.place, {"key": row["key"]}, _bare(row, now))
        personal.erase(connection, [number])
        _forget(connection, number)
        rows.drop_boundaries(connection, keys)
        rows.forget_keys(connection, number)
        people = rows.forget_accounts(connection, number, text("access.erased-name", "vi"), now)
        reindex(connection, Register.ORGANISATION, (), [_person(connection, number)])
        order = Order.made(reason, by)
        told = {"id": order.id, "kind": "organisation", "subject": number}
        rows.note(connection, told | {"reason": reason, "erased_by": by, "erased": now})
        said = _files(connection, person, keys)
        store.log.forget(connection, _stated(person, said), order)
        # Last: where the transaction ends otherwise, the files can be asked for again.
        for digest in rows.drop_documents(connection, said):
            folder.drop(digest)
    for one in people:
        sessions.forget(store, one)


def _files(
    connection: Connection, person: RowMapping, places: Sequence[str]
) -> list[tuple[str, str]]:
    """The entries of a person whose files are its own."""
    papers = entries.rows(connection, tables.certificate, "organisation", [person["id"]])
    return [
        (Register.ORGANISATION, person["code"]),
        *((Register.PLACE, key) for key in places),
        *((Register.CERTIFICATE, f"{row['scheme']}/{row['number']}") for row in papers),
    ]


def _stated(person: RowMapping, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Under what the log has statements about a person and its entries."""
    yield f"organisation/{person['id']}"
    for register, key in entries:
        yield f"register.{register}/{key}"
        if register == Register.CERTIFICATE:
            yield f"register.{register}/{certificate_key(*key.split('/', 1))}"


def unpublish(store: Store, number: int) -> None:
    """Take a household's published name off the public pages."""
    with store.transaction() as connection:
        entries.hold(connection)
        _person(connection, number)
        now = to_microseconds(datetime.now(UTC))
        named = {"public_name": None, "updated": now}
        entries.change(connection, tables.organisation, {"id": number}, named)
        reindex(connection, Register.ORGANISATION, (), [_person(connection, number)])


def _forget(connection: Connection, number: int) -> None:
    """Let every earlier version of the entries say what they say now."""
    [person] = entries.rows(connection, tables.organisation, "id", [number])
    places = entries.rows(connection, tables.place, "holder", [number])
    said = [
        (Register.ORGANISATION, person["code"], person),
        *((Register.PLACE, row["key"], row) for row in places),
    ]
    for register, key, row in said:
        content = msgspec.json.encode(versions.said(row)).decode()
        rows.rewrite_versions(connection, register, key, content)


def _person(connection: Connection, number: int) -> RowMapping:
    found = entries.rows(connection, tables.organisation, "id", [number])
    if not found or found[0]["kind"] not in PRIVATE_KINDS:
        raise ErasureError("access.erase-not-person")
    return found[0]


def _emptied(now: int) -> dict[str, Any]:
    gone = ("public_name", "address", "tax_code", "phone", "email", "representative")
    names = {
        "name_vi": text("access.erased-name", "vi"),
        "name_en": text("access.erased-name", "en"),
    }
    return {**names, **dict.fromkeys(gone), "updated": now}


def _bare(row: RowMapping, now: int) -> dict[str, Any]:
    kind = f"registry.place-{row['kind']}"
    names = {"name_vi": text(kind, "vi"), "name_en": text(kind, "en")}
    return {**names, **dict.fromkeys(("address", "latitude", "longitude")), "updated": now}


def _request(row: RowMapping) -> Request:
    return Request(
        row["id"],
        row["subject"],
        row["organisation"],
        row["asked_by"],
        row["reason"],
        from_microseconds(row["created"]),
        date.fromisoformat(row["due"]),
        State(row["state"]),
        row["answer"],
    )
