# SPDX-License-Identifier: Apache-2.0
"""Mails handed to a mail server: what they look like, and what becomes of those not taken."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nguon.messages import delivering, queries, service, where
from nguon.messages.delivering import Post
from nguon.messages.errors import MessageError, UnknownMessageError
from nguon.messages.mailing import smtp
from nguon.messages.mailing.relay import Relay
from nguon.messages.model import Channel, Delivery, DeliveryState, Message, Way
from nguon.store import Store
from tests.integration.messages.conftest import BASE, KIND, MAKER, due_now, mailbox
from tests.integration.messages.mail_server import MailServer, roots, taking

Tell = Callable[..., str]
ABOUT = "recall:r1"


def _ways(store: Store) -> list[Way]:
    [found] = queries.deliveries(store, ABOUT)
    return list(found.ways)


def _state(store: Store) -> tuple[DeliveryState, int, int | None, str | None]:
    [way] = _ways(store)
    return way.state, way.attempts, way.status, way.trouble


def test_a_mail(store: Store, told: Tell, server: MailServer, post: Post) -> None:
    to = mailbox(store, "qc@example.vn")
    due = datetime(2026, 8, 20, 9, 30, tzinfo=UTC)
    number = told(link="/w/recalls/r1-1", about=ABOUT, due=due, important=True)
    assert _state(store) == (DeliveryState.QUEUED, 0, None, None)
    assert delivering.mail(store, post) == 1
    assert delivering.mail(store, post) == 0
    assert _state(store) == (DeliveryState.SENT, 1, 250, None)
    [mail] = server.mails
    assert mail["To"] == "qc@example.vn"
    assert mail["From"] == "bao@nguon.example"
    assert mail["Message-ID"] == f"<{number}.{to}@nguon.example>"
    assert mail["Subject"] == "Nhận thông báo truy xuất và thu hồi tại Lô A?"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "vi, en"
    body = mail.get_content()
    for words in ("thu hồi tại Lô A?", "recalls at Lô A?", f"{BASE}/w/recalls/r1-1"):
        assert words in body
    assert "16:30 20/08/2026" in body
    assert all(len(line) < 999 and line.isascii() for line in server.came[0][1].splitlines())


def test_nothing_comes_into_headers(
    store: Store, told: Tell, server: MailServer, post: Post
) -> None:
    mailbox(store, "qc@example.vn")
    nasty = "x\r\nBcc: all@example.vn\n\n.\r\nQUIT\r\n" + "dài " * 200
    told(about=ABOUT, params={"address": nasty})
    assert delivering.mail(store, post) == 1
    [(to, data)] = server.came
    [mail] = server.mails
    assert (to, mail["Bcc"], len(mail.get_all("To", []))) == ("qc@example.vn", None, 1)
    assert b"\nBcc" not in data.partition(b"\r\n\r\n")[0]
    assert len(mail["Subject"]) <= 160


@pytest.mark.parametrize(
    "address",
    ["qc@example.vn\nbcc: a@b.vn", "a@b", "a b@c.vn", "", "chợ@example.vn", "a@example.vn,b@c.vn"],
)
def test_no_mailbox(store: Store, address: str) -> None:
    with pytest.raises(MessageError):
        where.add(store, MAKER, Channel.EMAIL, address, every=True, private=True)
    assert where.of(store, MAKER) == []


def test_put_off_and_refused(store: Store, told: Tell, server: MailServer, post: Post) -> None:
    mailbox(store, "later@example.vn")
    mailbox(store, "nobody@example.vn")
    mailbox(store, "qc@example.vn")
    server.answers = {
        "later@example.vn": ["450 4.2.1 later", "451 4.3.0 later"],
        "nobody@example.vn": ["550 5.1.1 who?"],
    }
    told(about=ABOUT)
    assert delivering.mail(store, post) == 3
    assert [to for to, _ in server.came] == ["qc@example.vn"]
    found = {way.status: way for way in _ways(store)}
    assert set(found) == {250, 450, 550}
    assert (found[450].state, found[450].trouble) == (DeliveryState.QUEUED, "recipient-refused")
    assert (found[550].state, found[550].next) == (DeliveryState.FAILED, None)
    first = found[450].next
    due_now(store)
    assert delivering.mail(store, post) == 1
    [waiting] = [way for way in _ways(store) if way.state is DeliveryState.QUEUED]
    assert (waiting.attempts, waiting.status) == (2, 451)
    assert first is not None
    assert waiting.next is not None
    assert waiting.next > first
    due_now(store)
    assert delivering.mail(store, post) == 1
    assert [to for to, _ in server.came] == ["qc@example.vn", "later@example.vn"]
    assert DeliveryState.QUEUED not in {way.state for way in _ways(store)}


def test_a_refused_mail(store: Store, told: Tell, server: MailServer, post: Post) -> None:
    mailbox(store, "qc@example.vn")
    server.data = ["452 4.3.1 full", "554 5.6.0 no"]
    told(about=ABOUT)
    assert delivering.mail(store, post) == 1
    assert _state(store) == (DeliveryState.QUEUED, 1, 452, "mail-refused")
    due_now(store)
    assert delivering.mail(store, post) == 1
    assert _state(store) == (DeliveryState.FAILED, 2, 554, "mail-refused")
    assert server.came == []


def test_a_server_that_dies(store: Store, told: Tell, server: MailServer, post: Post) -> None:
    mailbox(store, "first@example.vn")
    mailbox(store, "second@example.vn")
    server.dying = 1
    told(about=ABOUT)
    assert delivering.mail(store, post) == 2
    assert len(server.came) == 1
    states = sorted((way.state, way.trouble) for way in _ways(store) if way.trouble)
    assert states == [(DeliveryState.QUEUED, "SMTPServerDisconnected")]
    due_now(store)
    assert delivering.mail(store, post) == 1
    assert sorted(to for to, _ in server.came) == ["first@example.vn", "second@example.vn"]


def test_killed_between_sending_and_noting(
    store: Store, told: Tell, server: MailServer, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox(store, "qc@example.vn")
    told(about=ABOUT)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_note", killed)
        with pytest.raises(KeyboardInterrupt):
            delivering.mail(store, post)
    assert _state(store) == (DeliveryState.QUEUED, 0, None, None)
    assert delivering.mail(store, post) == 0
    due_now(store)
    assert delivering.mail(store, post) == 1
    assert _state(store)[0] is DeliveryState.SENT
    first, again = server.came
    assert first == again


def test_an_absent_server(store: Store, told: Tell) -> None:
    mailbox(store, "qc@example.vn")
    told(about=ABOUT)
    assert delivering.mail(store, Post(BASE)) == 0
    gone = Post(BASE, Relay("127.0.0.1", 9, "bao@nguon.example"))
    assert delivering.mail(store, gone) == 1
    assert _state(store) == (DeliveryState.QUEUED, 1, None, "ConnectionRefusedError")


def test_tls_that_begins_later(store: Store, told: Tell, tmp_path: Path) -> None:
    mailbox(store, "qc@example.vn")
    told(about=ABOUT)
    login = tmp_path / "login"
    login.write_text("bao\nmat-khau\n", "utf-8")
    with taking(starttls=True, login=True) as server:
        known = Relay("localhost", server.port, "bao@nguon.example", login, roots(tmp_path))
        strange = Relay("127.0.0.1", server.port, "bao@nguon.example", login, roots(tmp_path))
        assert delivering.mail(store, Post(BASE, strange)) == 1
        assert _state(store)[3] == "SSLCertVerificationError"
        due_now(store)
        assert delivering.mail(store, Post(BASE, known)) == 1
        assert (_state(store)[0], server.user, len(server.came)) == (DeliveryState.SENT, "bao", 1)


def test_a_wrong_password_is_no_mail_s_fault(store: Store, told: Tell, tmp_path: Path) -> None:
    mailbox(store, "qc@example.vn")
    told(about=ABOUT)
    login = tmp_path / "login"
    login.write_text("bao\nsai\n", "utf-8")
    with taking(starttls=True, login=True) as server:
        relay = Relay("localhost", server.port, "bao@nguon.example", login, roots(tmp_path))
        assert delivering.mail(store, Post(BASE, relay)) == 1
    assert _state(store) == (DeliveryState.QUEUED, 1, 535, "login-refused")
    due_now(store)
    gone = Relay("localhost", 9, "bao@nguon.example", tmp_path / "none")
    assert delivering.mail(store, Post(BASE, gone)) == 1
    assert _state(store)[0] is DeliveryState.QUEUED


def test_tls_from_the_start(
    store: Store, told: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox(store, "qc@example.vn")
    told(about=ABOUT)
    with taking(implicit=True) as server:
        monkeypatch.setattr(smtp, "IMPLICIT", server.port)
        relay = Relay("localhost", server.port, "bao@nguon.example", None, roots(tmp_path))
        assert delivering.mail(store, Post(BASE, relay)) == 1
        assert (_state(store)[0], len(server.came)) == (DeliveryState.SENT, 1)


def test_no_mail_in_the_clear(
    store: Store, told: Tell, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox(store, "qc@example.vn")
    told(about=ABOUT)
    monkeypatch.setattr(Relay, "local", property(lambda _: False))
    relay = Relay("localhost", server.port, "bao@nguon.example")
    assert delivering.mail(store, Post(BASE, relay)) == 1
    assert (_state(store), server.came) == ((DeliveryState.QUEUED, 1, None, "no-tls"), [])


def test_a_mailbox_is_confirmed_by_its_link(
    store: Store, told: Tell, server: MailServer, post: Post
) -> None:
    made = where.add(store, MAKER, Channel.EMAIL, "qc@example.vn", every=False, private=True)
    told(about=ABOUT, important=True)
    assert _ways(store) == []
    assert delivering.mail(store, post) == 1
    [mail] = server.mails
    [link] = [line for line in mail.get_content().splitlines() if line.startswith(BASE)][:1]
    token = link.rpartition("/")[2]
    for wrong in (token[:-1], f"{made.id}.", "", f"x{token}", token + "ộ"):
        with pytest.raises(UnknownMessageError):
            where.confirm(store, wrong)
    assert [one.confirmed for one in where.of(store, MAKER)] == [None]
    where.confirm(store, token)
    where.confirm(store, token)
    [one] = where.of(store, MAKER)
    assert one.confirmed is not None
    told(about="recall:r2")
    told(about="recall:r3", important=True)
    counts = [len(queries.deliveries(store, f"recall:{r}")[0].ways) for r in ("r2", "r3")]
    assert counts == [0, 1]
    where.end(store, MAKER, made.id)
    assert delivering.mail(store, post) == 0
    [after] = queries.deliveries(store, "recall:r3")
    assert [(way.state, way.trouble) for way in after.ways] == [(DeliveryState.FAILED, "ended")]
    with pytest.raises(UnknownMessageError):
        where.confirm(store, token)


def test_ten_thousand(store: Store) -> None:
    """Bounded statements for many; with what the caller decides they come or go."""
    mailbox(store, "qc@example.vn")
    many = [
        Message(organisation=number, kind=KIND, params={"address": "A"}, about=ABOUT)
        for number in range(300, 10_300)
    ]
    with suppress(RuntimeError), store.transaction() as connection:
        service.send_all(connection, many)
        raise RuntimeError
    assert queries.deliveries(store, ABOUT) == []
    with store.transaction() as connection:
        assert len(set(service.send_all(connection, many))) == 10_000
    found: list[Delivery] = []
    while page := queries.deliveries(store, ABOUT, after=found[-1] if found else None, limit=4000):
        found += page
    assert sorted(one.organisation for one in found) == list(range(300, 10_300))
    assert [one.organisation for one in found if one.ways] == [301]
    assert datetime.now(UTC) - found[0].made < timedelta(minutes=5)
