# SPDX-License-Identifier: Apache-2.0
"""The store: events, their index, the log and the registers, on SQLite or PostgreSQL."""

from nguon.store.store import Store, open_store

__all__ = ["Store", "open_store"]
