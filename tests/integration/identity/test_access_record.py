# SPDX-License-Identifier: Apache-2.0
"""The owner's record of access: who was shown what, added up, bounded, never lost in silence."""

import logging
from collections.abc import Callable

import pytest

from nguon.base.audience import Audience, AudienceKind
from nguon.identity import access
from nguon.identity.access import PURPOSE, Recorder
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind, decide
from nguon.registry import personal, queries, service
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store.errors import StoreError
from tests.records import PACKER, SHOP, make_record, serial

INSPECTOR = Principal(
    50, "i-key", KeyKind.INSPECTOR, frozenset({Scope.READ}), strict=False
).audience


def _recorded(store: Store, subject: int = PACKER.organisation) -> list[tuple[str, str, int]]:
    return [(one.reader, one.what, one.count) for one in access.page(store, [subject])]


def test_what_others_are_shown_in_full_is_recorded(store: Store) -> None:
    recorder = access.attach(store)
    store.writer.submit([make_record(1), make_record(2)], PACKER).result(20)
    owner = Principal(
        PACKER.organisation, "o", KeyKind.MEMBER, frozenset({Scope.READ}), strict=False
    )
    PURPOSE.set("GET /somewhere")
    store.events.by_items(PUBLIC, [serial(1)], limit=5)
    store.events.by_items(owner.audience, [serial(1)], limit=5)
    store.events.by_items(INSPECTOR, [serial(1)], limit=5)
    store.events.by_items(INSPECTOR, [serial(1), serial(2)], limit=5)
    recorder.flush()
    [one] = access.page(store, [PACKER.organisation])
    assert (one.reader_organisation, one.reader, one.reader_kind) == (50, "i-key", "inspector")
    assert (one.what, one.purpose, one.count) == ("event", "GET /somewhere", 3)
    assert set(one.keys) == {serial(1), serial(2)}
    assert one.first <= one.last
    store.events.by_items(INSPECTOR, [serial(1)], limit=5)
    recorder.flush()
    assert _recorded(store) == [("i-key", "event", 4)]
    assert _recorded(store, SHOP.organisation) == []
    assert access.lost(store) == 0


def test_closing_writes_what_is_left(store: Store, reopened: Callable[[], Store]) -> None:
    access.attach(store)
    store.hooks.noted(INSPECTOR, "place", [(7, "414/1")])
    store.close()
    assert _recorded(reopened(), 7) == [("i-key", "place", 1)]


def test_a_full_buffer_counts_what_it_drops(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder(store, most=2, seconds=60)
    with caplog.at_level(logging.WARNING):
        recorder.note(INSPECTOR, "event", [(subject, "k") for subject in range(5)])
        recorder.note(INSPECTOR, "event", [(0, "k")])
        recorder.flush()
    assert [_recorded(store, subject) for subject in range(3)] == [
        [("i-key", "event", 2)],
        [("i-key", "event", 1)],
        [],
    ]
    assert access.lost(store) == 3
    assert "3 showings could not be recorded" in caplog.text
    recorder.close()


def test_a_database_that_cannot_be_written_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(store, seconds=60)

    def failing() -> None:
        raise StoreError("store.busy")

    with monkeypatch.context() as patched:
        patched.setattr(store, "transaction", failing)
        recorder.note(INSPECTOR, "event", [(1, "a")])
        recorder.flush()
        recorder.note(INSPECTOR, "event", [(1, "b")])
    recorder.flush()
    [one] = access.page(store, [1])
    assert (one.count, one.keys) == (2, ("a", "b"))
    recorder.close()


def test_a_reader_without_a_name_is_not_recorded(store: Store) -> None:
    recorder = access.attach(store)
    store.writer.submit([make_record(1)], PACKER).result(20)
    store.events.by_items(Audience(AudienceKind.OPERATOR, None, decide), [serial(1)], limit=5)
    recorder.flush()
    assert _recorded(store) == []


def test_reading_a_personal_number_is_recorded_by_itself(store: Store) -> None:
    table = "mã,loại,tên pháp lý,mã xã,mã số thuế\nho-1,hộ,Hộ bà Nhài,11977,001085123456\n"
    assert service.import_csv(store, Register.ORGANISATION, table).done
    recorder = access.attach(store)
    [household] = queries.list_organisations(store, PUBLIC, limit=5)
    assert personal.reveal(store, PUBLIC, household.id) is None
    assert personal.reveal(store, INSPECTOR, household.id) == "001085123456"
    recorder.flush()
    [one] = access.page(store, [household.id])
    assert (one.what, one.reader, one.keys) == ("personal-number", "i-key", ("ho-1",))
