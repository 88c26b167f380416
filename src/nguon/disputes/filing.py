# SPDX-License-Identifier: Apache-2.0
"""Files of steps and reports: checked and kept as those of register entries are."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from nguon.disputes.model import Photo
from nguon.registry import documents
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.store import disputes as rows

MOST = 5


def checked(files: Sequence[Photo], folder: Folder | None) -> list[Mapping[str, Any]]:
    """Files that are on the disk now, as they are noted.

    Raises:
        DocumentRefusedError: one too many, or one that is not kept; then none of them is.
    """
    if not files or folder is None:
        return []
    if len(files) > MOST:
        raise DocumentRefusedError("approvals.documents-many", most=MOST)
    kinds = [documents.checked(one.name, one.content) for one in files]
    return [
        {
            "id": secrets.token_hex(8),
            "digest": folder.put(one.content),
            "name": name,
            "media_type": media_type,
            "size": len(one.content),
        }
        for one, (media_type, name) in zip(files, kinds, strict=True)
    ]


def add(
    connection: Connection,
    files: Sequence[Mapping[str, Any]],
    dispute: str,
    *,
    number: int | None = None,
    report: str | None = None,
) -> None:
    """Note files with a step or a report."""
    for one in files:
        rows.add_file(connection, {**one, "dispute": dispute, "number": number, "report": report})
