# SPDX-License-Identifier: Apache-2.0
"""Minutes and holds as whoever asks may see them."""

from nguon.base.audience import AudienceKind
from nguon.identity.model import Principal
from nguon.inspections.errors import UnknownInspectionError
from nguon.inspections.model import Minutes
from nguon.inspections.service import minutes, require_officer
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import inspections as rows


def may_see(by: Principal, organisation: int) -> bool:
    """Whether minutes and holds of an authority are this officer's to see."""
    return by.organisation == organisation or by.audience.kind is AudienceKind.OPERATOR


def find(store: Store, by: Principal, number: str) -> Minutes:
    """Minutes of one's own authority; raises `UnknownInspectionError`."""
    require_officer(by)
    with store.reading() as connection:
        row = rows.find(connection, number)
        if row is None or not may_see(by, row["organisation"]):
            raise UnknownInspectionError("inspections.unknown")
        return minutes(row, rows.photos(connection, number))


def listed(store: Store, by: Principal, *, limit: int = 200) -> list[Minutes]:
    """The minutes of one's own authority, the latest first, without their photographs."""
    require_officer(by)
    own = None if by.audience.kind is AudienceKind.OPERATOR else by.organisation
    with store.reading() as connection:
        return [minutes(row, ()) for row in rows.listed(connection, own, limit=limit)]


def photo(store: Store, folder: Folder, by: Principal, number: str, at: int) -> tuple[str, bytes]:
    """Media type and octets of a photograph; raises `UnknownInspectionError`."""
    found = next((one for one in find(store, by, number).photos if one.number == at), None)
    content = None if found is None else folder.get(found.digest)
    if found is None or content is None:
        raise UnknownInspectionError("inspections.unknown")
    return found.media_type, content


def proof(store: Store, digest: str) -> Minutes | None:
    """The minutes with a digest, to tell anybody that they exist and whose they are."""
    with store.reading() as connection:
        row = rows.by_digest(connection, digest[:64])
        return None if row is None else minutes(row, ())
