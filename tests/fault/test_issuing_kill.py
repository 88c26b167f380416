# SPDX-License-Identifier: Apache-2.0
"""kill -9 while orders are taken: each is whole or not there; sent again, it is the same block."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nguon.codes import keyring, queries
from nguon.codes.blocks import order
from nguon.codes.model import OrderAsked
from nguon.store import open_store
from tests.integration.codes import world
from tests.integration.codes.world import MAKER, manager

ROUNDS, ORDERS, EACH = 3, 400, 7
pytestmark = [pytest.mark.fault, pytest.mark.timeout(120)]

_ORDERING = """
import sys
from pathlib import Path
from nguon.codes import keyring
from nguon.codes.blocks import order
from nguon.codes.model import OrderAsked
from nguon.store import open_store
from tests.integration.codes.world import MAKER, manager
url, keys, gtin, count, each = sys.argv[1:]
store = open_store(url)
keyring.attach(store, Path(keys))
for number in range(int(count)):
    asked = OrderAsked(gtin=gtin, quantity=int(each), request=f"order {number}")
    print(number, order(store, manager(MAKER), asked).id, flush=True)
"""


def test_orders_survive_being_killed(database_url: str, tmp_path: Path) -> None:
    keys, dice = tmp_path / "codes.key", random.Random(13)
    with open_store(database_url) as store:
        world.people(store, tmp_path)
        world.licensed(store)
        gtin = world.product(store)
    answered: dict[int, str] = {}
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", _ORDERING, database_url, str(keys), gtin]
        root = Path(__file__).parents[2]
        with subprocess.Popen(
            [*command, str(ORDERS), str(EACH)], stdout=subprocess.PIPE, text=True, cwd=root
        ) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            time.sleep(dice.uniform(0.05, 0.6))
            child.kill()
            for line in (first, *child.stdout):
                if line.endswith("\n"):
                    number, block = line.split()
                    assert answered.setdefault(int(number), block) == block
    assert answered
    with open_store(database_url) as store:
        keyring.attach(store, keys)
        by = manager(MAKER)
        known = {one.id for one in queries.given(store, by.audience, limit=10_000)}
        assert set(answered.values()) <= known
        assert len(known) <= len(answered) + ROUNDS
        for number in range(len(known)):
            asked = OrderAsked(gtin=gtin, quantity=EACH, request=f"order {number}")
            block = order(store, by, asked)
            assert answered.get(number, block.id) == block.id
            assert block.id in known
        serials = [
            piece.serial
            for block in known
            for piece in queries.pieces(store, by, block, offset=0, limit=EACH)
        ]
        assert len(serials) == len(set(serials)) == EACH * len(known)
        assert queries.quotas(store, [MAKER])[MAKER].used == EACH * len(known)
