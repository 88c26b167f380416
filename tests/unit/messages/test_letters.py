# SPDX-License-Identifier: Apache-2.0
"""Mails put together from whatever a message says; where a mail server is, as settings name it."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.messages import wording
from nguon.messages.errors import MessageError
from nguon.messages.mailing import letters
from nguon.messages.mailing.relay import Relay, relay_of
from nguon.messages.model import Received

RELAY = Relay("127.0.0.1", 25, "bao@nguon.example")
AT = datetime(2026, 8, 20, 9, 30, tzinfo=UTC)


def _received(words: str) -> Received:
    return Received(
        id="0a",
        organisation=1,
        kind="messages.mailbox-lead",
        params={"address": words},
        link="/w/todo",
        about=None,
        due=None,
        important=False,
        made=AT,
        seen=None,
        acknowledged=None,
    )


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_words_break_out_of_their_place(words: str) -> None:
    one = _received(words)
    letter = letters.of_message(RELAY, "https://nguon.example", one, "b1", "qc@example.vn")
    again = letters.of_message(RELAY, "https://nguon.example", one, "b1", "qc@example.vn")
    assert letter == again
    read = message_from_bytes(letter.data, policy=policy.default)
    assert [name for name, _ in read.items()] == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Content-Language"),
    ]
    assert read["Message-ID"] == "<0a.b1@nguon.example>"
    lines = letter.data.split(b"\r\n")
    assert all(len(line) < 999 and b"\n" not in line and b"\r" not in line for line in lines)


def test_a_kind_without_words_is_told_as_it_is() -> None:
    assert wording.headline(_odd(), "en") == "no.such-kind"
    assert wording.instruction(_odd(), "en") == ""


def _odd() -> Received:
    values = {name: getattr(_received("x"), name) for name in Received.__struct_fields__}
    return Received(**values | {"kind": "no.such-kind"})


@pytest.mark.parametrize(
    ("server", "sender", "code"),
    [
        ("mail.example", "a@b.example", "messages.smtp-server"),
        ("mail.example:0", "a@b.example", "messages.smtp-server"),
        ("mail.example:70000", "a@b.example", "messages.smtp-server"),
        ("mail example:25", "a@b.example", "messages.smtp-server"),
        ("mail.example:25", "", "messages.smtp-from"),
        ("mail.example:25", "a@b\r\nx: y", "messages.smtp-from"),
    ],
)
def test_no_mail_server(server: str, sender: str, code: str) -> None:
    with pytest.raises(MessageError) as refused:
        relay_of(server, sender, None, None)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("server", "host", "local"),
    [
        ("mail.example:587", "mail.example", False),
        ("127.0.0.1:25", "127.0.0.1", True),
        ("[::1]:25", "::1", True),
        ("localhost:25", "localhost", True),
        ("localhost.example:25", "localhost.example", False),
    ],
)
def test_a_mail_server(server: str, host: str, local: bool) -> None:
    found = relay_of(server, "a@b.example", None, None)
    assert found is not None
    assert (found.host, found.local, found.domain) == (host, local, "b.example")
    assert relay_of("", "", None, None) is None
