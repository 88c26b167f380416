# SPDX-License-Identifier: Apache-2.0
"""Capture jobs: one per idempotency key, progress written with the records, resumed when left."""

import threading
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from nguon.store import Store, open_store, schema
from nguon.store.errors import IdempotencyConflictError
from nguon.store.jobs import LEASE
from nguon.store.values import CaptureJob, JobUpdate, Outcome
from tests.records import PACKER, SHOP, make_record

DOCUMENT = sha256(b"document").digest()


def create(store: Store, **more: Any) -> CaptureJob:
    job, new = store.jobs.create(PACKER, document=DOCUMENT, behaviour="rollback", **more)
    assert new
    return job


def count(store: Store, table: Table) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_new_job(store: Store) -> None:
    job = create(store, spool="x.json", total=7, idempotency_key="once")
    assert store.jobs.get(1, job.id) == job
    assert store.jobs.get(2, job.id) is None
    assert (job.organisation, job.key_id, job.total, job.spool) == (1, "packer-key", 7, "x.json")
    assert (job.finished, job.success, job.position, job.errors) == (None, None, 0, "[]")


def test_the_same_key_and_document_is_the_same_job(store: Store) -> None:
    job = create(store, idempotency_key="once")
    again = store.jobs.create(
        PACKER, document=DOCUMENT, behaviour="rollback", idempotency_key="once"
    )
    assert again == (job, False)
    assert store.jobs.first(PACKER, document=DOCUMENT, idempotency_key="once") == job
    assert count(store, schema.capture_job) == 1


def test_the_same_key_for_another_document_is_refused(store: Store) -> None:
    job = create(store, idempotency_key="once")
    with pytest.raises(IdempotencyConflictError) as caught:
        store.jobs.create(
            PACKER, document=sha256(b"x").digest(), behaviour="rollback", idempotency_key="once"
        )
    assert caught.value.params == {"key": "once", "job": job.id}
    assert count(store, schema.capture_job) == 1


def test_keys_are_an_organisations_own_and_optional(store: Store) -> None:
    create(store, idempotency_key="once")
    _, new = store.jobs.create(
        SHOP, document=sha256(b"x").digest(), behaviour="rollback", idempotency_key="once"
    )
    assert new
    create(store)
    create(store)
    assert count(store, schema.capture_job) == 4


def test_one_job_for_concurrent_requests(store: Store) -> None:
    made: list[tuple[CaptureJob, bool]] = []

    def work() -> None:
        made.append(
            store.jobs.create(PACKER, document=DOCUMENT, behaviour="x", idempotency_key="k")
        )

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(new for _, new in made) == [False] * 5 + [True]
    assert len({job.id for job, _ in made}) == 1


def test_progress_is_written_with_the_records(store: Store) -> None:
    job = create(store, total=4)
    records = [make_record(n * 10) for n in range(3)]
    first = JobUpdate(job.id, 0, 2)
    store.writer.submit(records[:2], PACKER, job=first).result(20)
    half = store.jobs.get(1, job.id)
    assert half is not None
    assert (half.position, half.stored, half.finished) == (2, 2, None)
    last = JobUpdate(job.id, 2, 4, finished=True)
    store.writer.submit([records[0], records[2]], PACKER, job=last).result(20)
    done = store.jobs.get(1, job.id)
    assert done is not None
    assert (done.position, done.stored, done.repeated, done.success) == (4, 3, 1, True)
    assert done.finished == store.events.head().record_time


def test_a_repeated_update_is_counted_once(store: Store) -> None:
    job = create(store, total=4)
    for _ in range(2):
        update = JobUpdate(job.id, 0, 2)
        store.writer.submit([make_record(1), make_record(20)], PACKER, job=update).result(20)
    found = store.jobs.get(1, job.id)
    assert found is not None
    assert (found.position, found.stored, found.repeated) == (2, 2, 0)


def test_a_refused_submission_leaves_its_job(store: Store) -> None:
    store.writer.submit([make_record(1)], PACKER).result(20)
    job = create(store, total=2)
    records = [make_record(30), make_record(1, bizStep="receiving")]
    update = JobUpdate(job.id, 0, 2, finished=True)
    receipts = store.writer.submit(records, PACKER, job=update).result(20)
    assert [r.outcome for r in receipts] == [Outcome.WITHHELD, Outcome.CLASHING]
    assert store.jobs.get(1, job.id) == job
    assert store.jobs.finish(job.id, success=False, errors='[{"code": "x"}]')
    found = store.jobs.get(1, job.id)
    assert found is not None
    assert (found.success, found.errors, found.position) == (False, '[{"code": "x"}]', 0)
    assert not store.jobs.finish(job.id, success=True)
    assert store.jobs.get(1, job.id) == found


def test_a_job_may_go_in_with_its_records(store: Store) -> None:
    job = store.jobs.new(PACKER, document=DOCUMENT, behaviour="rollback", total=1)
    assert store.jobs.get(1, job.id) is None
    update = JobUpdate(job.id, 0, 1, finished=True, errors='["warned"]', new=job)
    store.writer.submit([make_record(1)], PACKER, job=update).result(20)
    found = store.jobs.get(1, job.id)
    assert found is not None
    assert (found.success, found.stored, found.errors) == (True, 1, '["warned"]')


def test_pages_newest_first(database_url: str) -> None:
    times = iter([5, 5, 7, 9])
    with open_store(database_url, clock=lambda: next(times)) as store:
        made = [create(store) for _ in range(4)]
        ordered = sorted(made, key=lambda job: (job.created, job.id), reverse=True)
        first = store.jobs.page(1, limit=3)
        assert first == ordered[:3]
        assert store.jobs.page(1, limit=3, before=first[-1]) == ordered[3:]
        assert store.jobs.page(2, limit=3) == []


def test_a_job_left_behind_is_claimed_once(database_url: str) -> None:
    now = [1_000_000]
    with open_store(database_url, clock=lambda: now[0]) as store:
        job = create(store)
        assert store.jobs.claim() is None
        now[0] += LEASE
        claimed = store.jobs.claim()
        assert claimed is not None
        assert (claimed.id, claimed.leased_until) == (job.id, now[0] + LEASE)
        assert store.jobs.claim() is None
        again = store.jobs.claim(abandoned=True)
        assert again is not None
        assert again.id == job.id
        store.jobs.finish(job.id, success=True)
        now[0] += LEASE
        assert store.jobs.claim(abandoned=True) is None


def test_progress_renews_the_lease(database_url: str) -> None:
    now = [1_000_000]
    with open_store(database_url, clock=lambda: now[0]) as store:
        job = create(store)
        now[0] += LEASE - 1
        store.jobs.start(job.id, total=9)
        now[0] += LEASE - 1
        assert store.jobs.claim() is None
        update = JobUpdate(job.id, 0, 1)
        store.writer.submit([make_record(1)], PACKER, job=update).result(20)
        now[0] += LEASE - 1
        assert store.jobs.claim() is None
        found = store.jobs.get(1, job.id)
        assert found is not None
        assert found.total == 9
