# SPDX-License-Identifier: Apache-2.0
"""What is on its way: taken from the database, sent, and noted. Whoever is killed between
sending and noting has it sent once more under the same id; nothing is lost.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from nguon.base.canonical_json import canonical
from nguon.base.messages import LANGUAGES
from nguon.base.time import from_microseconds, rfc3339, to_microseconds
from nguon.messages import retrying, webhooks, where, wording
from nguon.messages.mailing import letters, smtp
from nguon.messages.mailing.letters import Letter
from nguon.messages.mailing.relay import Relay
from nguon.messages.model import Channel, Received
from nguon.messages.reading import received
from nguon.messages.webhooks import Hook
from nguon.store import Store
from nguon.store import message_ways as ways

_LOG = logging.getLogger(__name__)

MAILS_AT_ONCE = 20
_CLAIM = timedelta(minutes=5)
_TURN = 60.0
"""Seconds after which a turn takes no further mail, well before its claim ends."""
Row = Mapping[Any, Any]


class Post(NamedTuple):
    """What messages are sent with: where links lead, the relay if there is one, and whether web
    addresses may lie inside.
    """

    base_url: str
    relay: Relay | None = None
    private: bool = False


def taken(store: Store, channel: Channel, limit: int, busy: Sequence[str] = ()) -> Sequence[Row]:
    """Take what is due on a way for this process, one an address."""
    now = to_microseconds(datetime.now(UTC))
    until = now + retrying.microseconds(_CLAIM)
    with store.reading() as connection:
        if not ways.any_due(connection, channel.value, now):
            return ()
    with store.transaction() as connection:
        rows = ways.take(connection, channel.value, now, until, limit=limit, busy=busy)
        for number in {row["address"] for row in rows if row["ended"] is not None}:
            ways.drop(connection, number)
    return [row for row in rows if row["ended"] is None]


def mail(store: Store, post: Post) -> int:
    """Hand over the mails whose time has come; gives how many were tried."""
    if post.relay is None:
        return 0
    rows = taken(store, Channel.EMAIL, MAILS_AT_ONCE)
    if not rows:
        return 0
    made = [(row, _written(store, post, post.relay, row)) for row in rows]
    ready = [(row, letter) for row, letter in made if letter is not None]
    outcomes = smtp.hand_over(post.relay, [letter for _, letter in ready])
    until = time.monotonic() + _TURN
    for row, _ in ready:
        late = time.monotonic() > until
        back = {"due": to_microseconds(datetime.now(UTC))}
        _note(store, row, back if late else _mailed(row, next(outcomes)))
    outcomes.close()
    return len(rows)


def hook(store: Store, post: Post, row: Row) -> None:
    """Send one message to the web address that it was taken for.

    An address is confirmed by an answer that has the challenge which it was sent: whoever has
    it answers for what comes there. One that takes anything is asked again.
    """
    attempt = row["attempts"] + 1
    challenge = "" if row["id"] else _challenge(store, row)
    number = row["id"] or f"address.{row['address']}"
    try:
        body = _told(row, post.base_url) if row["id"] else _trial(number, challenge)
        answer = webhooks.post(store, Hook(number, row["to"], body, attempt), private=post.private)
    except Exception as error:  # noqa: BLE001 - one message must not stop the others
        _LOG.warning("message %s was not written: %r", number, error)
        answer = webhooks.Answer(None, type(error).__name__)
    if answer.taken and challenge and not _echoed(answer.said, challenge):
        answer = webhooks.Answer(answer.status, "not-confirmed")
    elif answer.taken:
        _note(store, row, retrying.taken(attempt, answer.status), confirmed=bool(challenge))
        return
    _note(store, row, retrying.refused(attempt, row["made"], answer.status, answer.trouble))


def _written(store: Store, post: Post, relay: Relay, row: Row) -> Letter | None:
    """A mail; one that cannot be written is noted as such and holds up no other."""
    try:
        return _letter(store, post, relay, row)
    except Exception as error:  # noqa: BLE001 - one message must not stop the others
        _LOG.warning("message %s was not written: %r", row["id"], error)
        trouble = type(error).__name__
        _note(store, row, retrying.refused(row["attempts"] + 1, row["made"], None, trouble))
        return None


def _letter(store: Store, post: Post, relay: Relay, row: Row) -> Letter:
    if row["id"]:
        told = _message(row)
        return letters.of_message(relay, post.base_url, told, row["address"], row["to"])
    link = f"{post.base_url}/account/messages/{_challenge(store, row)}"
    return letters.of_address(
        relay, link, row["address"], row["to"], from_microseconds(row["made"])
    )


def _message(row: Row) -> Received:
    return received({**row, "seen": None, "acknowledged": None})


def _mailed(row: Row, outcome: smtp.Outcome) -> dict[str, Any]:
    attempt = row["attempts"] + 1
    if outcome.trouble is None:
        return retrying.taken(attempt, outcome.status)
    status, trouble = outcome.status, outcome.trouble
    return retrying.refused(attempt, row["made"], status, trouble, final=outcome.final)


def _note(store: Store, row: Row, values: dict[str, Any], *, confirmed: bool = False) -> None:
    with store.transaction() as connection:
        ways.settle(connection, row["id"], row["address"], values)
        if confirmed:
            where.confirmed_in(connection, row["address"])


def _challenge(store: Store, row: Row) -> str:
    """What proves that somebody reads an address; the same however often it is asked."""
    with store.transaction() as connection:
        return where.token(connection, store, row["address"], row["to"])


def _trial(number: str, challenge: str) -> bytes:
    """What asks a web address whether messages are to come there."""
    return canonical({"id": number, "type": "messages.address", "challenge": challenge})


def _echoed(said: bytes, challenge: str) -> bool:
    """Whether an answer has the challenge: alone, or as a member of a JSON object."""
    if said.strip() == challenge.encode():
        return True
    try:
        return msgspec.json.decode(said, type=_Echo).challenge == challenge
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


class _Echo(msgspec.Struct):
    challenge: str


def _told(row: Row, base_url: str) -> bytes:
    """What a web address is sent: the message, its words in both languages."""
    one = _message(row)
    told = {
        "id": one.id,
        "type": "message",
        "kind": one.kind,
        "organisation": one.organisation,
        "made": rfc3339(one.made),
        "order": webhooks.order_of(to_microseconds(one.made), one.id),
        "important": one.important,
        "params": dict(one.params),
        "words": {
            language: {
                "headline": wording.headline(one, language),
                "instruction": wording.instruction(one, language),
            }
            for language in LANGUAGES
        },
        "about": one.about,
        "link": None if one.link is None else base_url + one.link,
        "due": None if one.due is None else rfc3339(one.due),
    }
    return canonical({name: value for name, value in told.items() if value is not None})
