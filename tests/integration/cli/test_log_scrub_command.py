# SPDX-License-Identifier: Apache-2.0
"""``nguon log scrub``: a round now, what it found in words, and the status."""

import json
from pathlib import Path

from sqlalchemy import text

from nguon.capture.anew import recompute
from nguon.settings import load
from nguon.store import open_store
from nguon.tlog.service import Tlog
from tests.integration.cli.conftest import SQLITE, Run
from tests.records import CONTEXT, PACKER, event_json


@SQLITE
def test_a_damaged_record_is_named(run: Run, database_url: str, tmp_path: Path) -> None:
    with open_store(database_url) as store:
        records = [recompute(json.dumps(event_json(n * 10)).encode(), CONTEXT) for n in (1, 2)]
        store.writer.submit([one for one in records if one is not None], PACKER).result(60)
        assert run("log", "scrub").out == ""
        settings = load()
        tlog = Tlog(store, settings.log_files, settings.base_url)
        tlog.turn()
        tlog.close()
        sound = run("log", "scrub", "--all")
        assert (sound.status, sound.err) == (0, "")
        assert "entries 2" in sound.out
        assert "tiles 1" in sound.out
        with store.transaction() as connection:
            connection.execute(text("UPDATE event SET zone = 0 WHERE id = 2"))
        wrong = run("log", "scrub", "--since", "2")
        assert wrong.status == 1
        assert "entries 1" in wrong.out
        assert "Event 2 (entry 2): event.zone is not what the record says." in wrong.err
        assert "Sự kiện 2 (mục 2): event.zone khác với bản ghi." in wrong.err
        told = run("log", "scrub", "--json")
        assert told.status == 1
        found = {"code": "scrub.column", "place": "event.zone", "seq": 2, "event": 2}
        assert told.json["last"]["findings"] == [found]
