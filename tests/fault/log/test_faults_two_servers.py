# SPDX-License-Identifier: Apache-2.0
"""Two servers over one log, the one that signs killed; two logs over one database."""

import shutil
import time
from pathlib import Path

import pytest

from nguon.store import Store, open_store
from nguon.tlog import rotating
from nguon.tlog.auditing import audit
from nguon.tlog.errors import RefusedError
from nguon.tlog.service import Tlog
from tests.fault.log.world import Operator, until
from tests.tlog_made import NOW, made, record

pytestmark = pytest.mark.fault


def beside(one: Operator) -> Operator:
    """A second server over the same folder and database."""
    other = Operator(one.folder, one.database_url)
    other.base_url, other._secret = one.base_url, one._secret
    return other


def signed_size(server: Operator) -> int:
    return server.checkpoint().size


def test_the_one_that_signs_is_killed(postgresql_url: str, tmp_path: Path) -> None:
    one = Operator.made(tmp_path / "kept", postgresql_url)
    two = beside(one)
    try:
        one.start()
        two.start()
        roots: dict[int, set[bytes]] = {}
        acknowledged = 0

        def look() -> None:
            seen = two.checkpoint()
            roots.setdefault(seen.size, set()).add(seen.root)

        for number in range(0, 20, 2):
            for server, at in ((one, number), (two, number + 1)):
                acknowledged += server.capture(at).is_success
            look()
        assert acknowledged == 20
        one.kill()
        killed = time.monotonic()
        two.capture(100).raise_for_status()
        size = two.state()["recorded"]
        until(lambda: signed_size(two) >= size, 20)
        assert time.monotonic() - killed < 10
        look()
        one.start()
        one.capture(101).raise_for_status()
        until(lambda: one.state()["recorded"] <= signed_size(one), 20)
        look()
    finally:
        one.kill()
        two.kill()
    assert all(len(some) == 1 for some in roots.values())
    with open_store(postgresql_url) as store:
        tlog = Tlog(store, one.files, one.base_url)
        tlog.turn()
        assert store.log.gaps() == []
        assert store.log.events_after(0) == 22
        assert [str(error) for error in audit(tlog, tlog.current())] == []
        tlog.close()


def copied(tlog: Tlog, store: Store, folder: Path, *, state: bool, keys: bool) -> Tlog:
    """A second log over the same database, with copies of these files."""
    other = made(store, folder)
    folder.mkdir()
    if state:
        shutil.copy(tlog.files.state, other.files.state)
    if keys:
        shutil.copy(tlog.files.keys, other.files.keys)
    return other


@pytest.mark.parametrize(
    ("state", "keys", "code"),
    [(False, False, "key-lost"), (False, True, "state-lost"), (True, False, "key-lost")],
)
def test_another_log_over_the_same_database_is_refused(
    store: Store, tlog: Tlog, tmp_path: Path, *, state: bool, keys: bool, code: str
) -> None:
    record(store, 0, 3)
    tlog.turn()
    other = copied(tlog, store, tmp_path / "other", state=state, keys=keys)
    with pytest.raises(RefusedError, match=rf"tlog.{code}"):
        other.turn()
    assert not list(other.files.folder.rglob("checkpoint"))
    other.close()


def test_another_key_over_a_copied_state_is_refused(
    store: Store, tlog: Tlog, tmp_path: Path
) -> None:
    record(store, 0, 3)
    tlog.turn()
    other = copied(tlog, store, tmp_path / "other", state=True, keys=False)
    other.keys.add(tlog.current(), NOW)
    with pytest.raises(RefusedError, match=r"tlog.key-foreign"):
        other.turn()
    assert not list(other.files.folder.rglob("checkpoint"))
    other.close()


def test_copies_of_everything_over_the_same_database_sign_the_same(
    store: Store, tlog: Tlog, tmp_path: Path
) -> None:
    """An operator's mistake that cannot be seen from one side; no fork comes of it."""
    record(store, 0, 3)
    tlog.turn()
    other = copied(tlog, store, tmp_path / "other", state=True, keys=True)
    for number in range(3):
        record(store, 1000 * (number + 1), 130)
        assert tlog.turn() == other.turn()
    rotating.rotate(tlog, tlog.current(), NOW)
    both, one = tlog.turn(), other.turn()
    assert (both.size, both.root) == (one.size, one.root)
    assert both.note != one.note
    other.close()


def test_a_clock_that_jumps_by_years(store: Store, tmp_path: Path) -> None:
    """Times of signatures never go back; after a jump ahead they wait for the clock."""
    times = [NOW, NOW + 10**8, NOW - 10**8, 0, NOW + 5, NOW + 2 * 10**8]
    clock = iter(times)
    now = [0]
    tlog = Tlog(store, made(store, tmp_path).files, "https://n.example", clock=lambda: now[0])
    found = []
    for number, now[0] in enumerate(clock):
        record(store, number * 10, 2)
        found.append(tlog.turn())
    assert [signed.time - NOW for signed in found] == [0, 10**8, 10**8, 10**8, 10**8, 2 * 10**8]
    assert [signed.size for signed in found] == [2, 4, 6, 8, 10, 12]
    assert [str(error) for error in audit(tlog, tlog.current())] == []
    tlog.close()
