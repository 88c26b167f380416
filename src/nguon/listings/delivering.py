# SPDX-License-Identifier: Apache-2.0
"""Messages to marketplaces delivered, and tried again with longer and longer rests.

Those to one subscription go in their order; a slow receiver holds up nobody else.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from nguon.base.time import to_microseconds
from nguon.messages import retrying, webhooks
from nguon.messages.webhooks import Hook
from nguon.store import Store
from nguon.store import listings as rows

_CLAIM = timedelta(seconds=120)
_AT_ONCE = 8
Row = Mapping[Any, Any]


def deliver(store: Store, *, private: bool = False) -> int:
    """Try all messages whose time has come, one a subscription; gives how many were tried."""
    now = to_microseconds(datetime.now(UTC))
    with store.reading() as connection:
        due = rows.due_messages(connection, now, _AT_ONCE)
    until = now + retrying.microseconds(_CLAIM)
    claimed = []
    for row in due:
        with store.transaction() as connection:
            if rows.claim(connection, row["id"], row["due"], until):
                claimed.append(row)
    if claimed:
        with ThreadPoolExecutor(len(claimed), thread_name_prefix="webhooks") as threads:
            for row, settled in threads.map(
                lambda one: (one, _tried(store, one, private)), claimed
            ):
                with store.transaction() as connection:
                    rows.settle(connection, row["id"], settled)
    return len(claimed)


def _tried(store: Store, row: Row, private: bool) -> dict[str, Any]:
    attempt = row["attempts"] + 1
    hook = Hook(row["id"], row["url"], bytes(row["body"]), attempt)
    answer = webhooks.post(store, hook, private=private)
    if answer.taken:
        return retrying.taken(attempt, answer.status)
    return retrying.refused(attempt, row["made"], answer.status, answer.trouble)
