# SPDX-License-Identifier: Apache-2.0
"""Mails put together: Vietnamese, then English, in plain text. Nothing in them but the words.

The same message to the same address is the same mail octet by octet, ``Message-ID`` included,
however often it is sent.
"""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple

from nguon.base.messages import LANGUAGES, Language, text
from nguon.messages.mailing.relay import Relay
from nguon.messages.model import Received
from nguon.messages.wording import due_of, headline, instruction

_SUBJECT = 160


class Letter(NamedTuple):
    """A mail with what stands around it."""

    id: str
    to: str
    data: bytes


def of_message(relay: Relay, base_url: str, one: Received, address: str, to: str) -> Letter:
    """The mail of a message to one address (by its id, and as it is written)."""
    parts = [_told(one, language, base_url) for language in LANGUAGES]
    parts.append("-- \n" + "\n".join(_footer(base_url, language) for language in LANGUAGES))
    subject = headline(one, LANGUAGES[0])
    return _letter(relay, f"{one.id}.{address}", to, one.made, (subject, "\n\n".join(parts)))


def of_address(relay: Relay, link: str, address: str, to: str, made: datetime) -> Letter:
    """The mail that asks whether messages are to come to an address."""
    parts = [text("messages.confirm-mail", language, link=link) for language in LANGUAGES]
    subject = text("messages.confirm-subject", LANGUAGES[0])
    return _letter(relay, f"confirm.{address}", to, made, (subject, "\n\n".join(parts)))


def _letter(relay: Relay, number: str, to: str, made: datetime, said: tuple[str, str]) -> Letter:
    subject, body = said
    name = f"<{number}@{relay.domain}>"
    found = EmailMessage(policy=policy.SMTP)
    found["From"] = relay.sender
    found["To"] = to
    found["Subject"] = _line(subject)
    found["Date"] = format_datetime(made)
    found["Message-ID"] = name
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(body, cte="quoted-printable")
    found["Content-Language"] = ", ".join(LANGUAGES)
    return Letter(name, to, found.as_bytes())


def _line(said: str) -> str:
    """Words as one line of a header: no control character comes through."""
    plain = "".join(mark if mark.isprintable() else " " for mark in said)
    return " ".join(plain.split())[:_SUBJECT]


def _told(one: Received, language: Language, base_url: str) -> str:
    parts = [headline(one, language), instruction(one, language), due_of(one, language)]
    if one.link is not None:
        parts.append(base_url + one.link)
    return "\n".join(part for part in parts if part)


def _footer(base_url: str, language: Language) -> str:
    return text("messages.mail-footer", language, link=f"{base_url}/w/messages/addresses")
