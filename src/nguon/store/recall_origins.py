# SPDX-License-Identifier: Apache-2.0
"""The statement on which recalls were opened from a case of reports."""

from sqlalchemy import Connection, select

from nguon.store.recalls_tables import recall_case


def of_dispute(connection: Connection, dispute: str, *, limit: int) -> list[str]:
    """The ids of the recalls that were opened from a case of reports, the earliest first."""
    query = select(recall_case.c.id).where(recall_case.c.dispute == dispute)
    return list(connection.scalars(query.order_by(recall_case.c.opened).limit(limit)))
