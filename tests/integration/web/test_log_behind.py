# SPDX-License-Identifier: Apache-2.0
"""After an older copy of the database was put back nothing is taken until the log is whole."""

import time

from nguon.tlog.restoring import restore
from tests.integration.web.conftest import Server
from tests.integration.web.samples import bare, document, event
from tests.tlog_made import made, put_back


def test_nothing_is_recorded_while_the_log_is_ahead(server: Server) -> None:
    client, services = server.member(), server.services
    client.post("/epcis/capture", json=document(event(1), event(2), event(3))).raise_for_status()
    deadline = time.monotonic() + 20
    tlog, head = services.tlog, server.store.log.head().seq
    while (tlog.signed(tlog.current()) is None) or tlog.turn().size < head:
        assert time.monotonic() < deadline
    put_back(server.store, head - 1)
    while tlog.refusal() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for answer in (
        client.post("/epcis/capture", json=document(event(4))),
        client.post("/epcis/events", json=bare(5)),
    ):
        assert answer.status_code == 503, answer.text
        told = answer.json()
        assert (told["type"], told["code"]) == (
            "epcisException:ImplementationException",
            "tlog.behind",
        )
        assert "nguon log restore" in told["hint"]
    assert server.store.log.head().seq == head - 1
    tlog.close()
    other = made(server.store, tlog.files.folder.parent)
    assert restore(other) == 1
    other.close()
    client.post("/epcis/capture", json=document(event(4))).raise_for_status()
    assert server.store.log.head().seq == head + 1
