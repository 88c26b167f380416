# SPDX-License-Identifier: Apache-2.0
"""Fresh stores that live as long as a module's tests, and documents captured into them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from nguon.capture.prepare import Context, prepare_all
from nguon.epcis.codec import split_document
from nguon.store import Store, open_store
from nguon.store.values import Outcome, Receipt, Submitter

_number = count(1)


@contextmanager
def fresh_store(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[Store]:
    """An empty store on the database that the fixture's parameter names."""
    if request.param == "sqlite":
        path = folders.mktemp("store") / "nguon.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres_server")
        name = f"{request.module.__name__.rpartition('.')[2]}_{next(_number)}"
        server.copy(request.getfixturevalue("postgres_template"), name)
        url = server.url(name)
    with open_store(url) as store:
        yield store


def captured(store: Store, data: bytes, *, organisation: int = 1) -> list[Receipt]:
    """Store all events of a JSON document; every one of them must be fit for it."""
    document, raws = split_document(data)
    prepared = prepare_all(raws, Context(json=document.context))
    records = [one.record for one in prepared if one.record is not None]
    assert len(records) == len(raws)
    found: Any = store.writer.submit(records, Submitter(organisation, "test")).result(60)
    assert {receipt.outcome for receipt in found} == {Outcome.STORED}
    return list(found)
