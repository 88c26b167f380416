# SPDX-License-Identifier: Apache-2.0
"""Links as rows and as values."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.registry.links.model import Delegation, Link, LinkAsked


def link(row: RowMapping) -> Link:
    """A link as it is kept."""
    return Link(
        id=row["id"],
        key=row["key"],
        organisation=row["organisation"],
        type=row["type"],
        href=row["href"],
        title=row["title"],
        hreflang=tuple(row["hreflang"].split()),
        media_type=row["media_type"],
        context=tuple(row["context"].splitlines()),
        fwqs=bool(row["fwqs"]),
        public=bool(row["public"]),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        created=from_microseconds(row["created"]),
        ended=_moment(row["ended"]),
    )


def delegation(row: RowMapping) -> Delegation:
    """A delegation as it is kept."""
    return Delegation(
        id=row["id"],
        prefix=row["prefix"],
        resolver=row["resolver"],
        title=row["title"],
        created=from_microseconds(row["created"]),
        ended=_moment(row["ended"]),
    )


def asked(one: Link) -> LinkAsked:
    """A link as it would be asked for."""
    return LinkAsked(**{name: getattr(one, name) for name in LinkAsked.__struct_fields__})


def row(one: LinkAsked, position: int) -> dict[str, Any]:
    """The columns of what was asked for."""
    return {
        "type": one.type,
        "href": one.href,
        "title": one.title,
        "hreflang": " ".join(one.hreflang),
        "media_type": one.media_type,
        "context": "\n".join(one.context),
        "fwqs": int(one.fwqs),
        "public": int(one.public),
        "valid_from": None if one.valid_from is None else one.valid_from.isoformat(),
        "valid_to": None if one.valid_to is None else one.valid_to.isoformat(),
        "position": position,
    }


def made(by: str) -> Mapping[str, Any]:
    """The columns of whatever is made now."""
    return {"id": secrets.token_hex(8), "created": now(), "actor": by}


def now() -> int:
    """Microseconds UTC."""
    return to_microseconds(datetime.now(UTC))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)
