# SPDX-License-Identifier: Apache-2.0
"""The tables of compliance: samples, consignments, duties, legal holds, and the state of lots.

Times are microseconds UTC, days ISO 8601 text, quantities decimals as text.
``lot_state``, ``state_count`` and ``projection`` can be made again from the records.
"""

from sqlalchemy import Column, Table, Text

from nguon.store.schema import INT16, INT64, metadata


def _texts(*names: str, nullable: bool = False) -> list[Column[str]]:
    return [Column(name, Text, nullable=nullable) for name in names]


def _times(*names: str) -> list[Column[int]]:
    return [Column(name, INT64) for name in names]


sample = Table(
    "sample",
    metadata,
    Column("id", Text, primary_key=True),
    *_texts("number", "product", "state"),
    Column("requester", INT64, nullable=False),
    Column("laboratory", INT64, nullable=False),
    *_texts("report", "reason", nullable=True),
    Column("taken", INT64, nullable=False),
    *_times("sent", "resulted", "decided"),
    *_texts("actor"),
)

sample_lot = Table(
    "sample_lot",
    metadata,
    Column("lot", Text, primary_key=True),
    Column("sample", Text, primary_key=True),
)

sample_result = Table(
    "sample_result",
    metadata,
    Column("sample", Text, primary_key=True),
    Column("analyte", Text, primary_key=True),
    *_texts("value", "unit", nullable=True),
    Column("detected", INT16, nullable=False),
)
"""A result; ``detected`` 0 is "not detected", with the detection limit as the value."""

report_attempt = Table(
    "report_attempt",
    metadata,
    Column("id", Text, primary_key=True),
    *_texts("sample", "report", "earlier", "actor"),
    Column("laboratory", INT64, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("recorded", INT64, nullable=False),
)
"""Report numbers that were entered for a second time: refused, and kept for the supervisor."""

consignment = Table(
    "consignment",
    metadata,
    Column("id", Text, primary_key=True),
    *_texts("number", "market", "product", "planned", "state", "actor"),
    Column("shipper", INT64, nullable=False),
    Column("consignee", INT64),
    *_texts("consignee_name", "packing", "vehicle", "seal", nullable=True),
    Column("created", INT64, nullable=False),
    *_times("declared", "shipped", "cancelled"),
)

consignment_lot = Table(
    "consignment_lot",
    metadata,
    Column("consignment", Text, primary_key=True),
    Column("lot", Text, primary_key=True),
    *_texts("quantity", "unit"),
)

consignment_code = Table(
    "consignment_code",
    metadata,
    Column("consignment", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    *_texts("quantity"),
    *_texts("authorisation", "reason", "use_id", nullable=True),
)
"""Area and packing-house codes with their kilograms; ``use_id`` is the ledger's."""

consignment_paper = Table(
    "consignment_paper",
    metadata,
    Column("consignment", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    *_texts("number"),
    Column("recorded", INT64, nullable=False),
    *_texts("actor"),
)

duty = Table(
    "duty",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    *_texts("province", "ministry", nullable=True),
    Column("begun", INT64, nullable=False),
    Column("due", INT64, nullable=False),
    Column("done", INT64),
)

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", Text, primary_key=True),
    *_texts("key", "body", "reason", "order_number", "actor"),
    Column("begun", INT64, nullable=False),
    Column("released", INT64),
    *_texts("released_by", "release_reason", "until", nullable=True),
    Column("organisation", INT64, nullable=False),
)

lot_state = Table(
    "lot_state",
    metadata,
    Column("lot", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    *_texts("province", "ministry", "sector", nullable=True),
    Column("complete", INT64, nullable=False),
    Column("missing", INT64, nullable=False),
    Column("fields", Text, nullable=False),
    Column("seq", INT64, nullable=False),
)
"""How a lot stands by the rules of its day; ``fields`` are the mandatory ones that it lacks."""

state_count = Table(
    "state_count",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("province", "ministry", "sector")),
    Column("lots", INT64, nullable=False),
    Column("complete", INT64, nullable=False),
)

projection = Table(
    "projection",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", INT64, nullable=False),
    *_texts("holder", nullable=True),
    Column("held_until", INT64),
)
"""Up to which log entry a projection has read, and which process follows until when."""
