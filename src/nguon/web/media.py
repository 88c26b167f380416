# SPDX-License-Identifier: Apache-2.0
"""Product pictures under ``/media``: images of one folder, by plain names, nothing else."""

import re
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import File

from nguon.web.auth import PUBLIC
from nguon.web.errors import NotFoundError
from nguon.web.services import services

TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
_NAME = re.compile(r"[\w\-]+(/[\w\-]+)*\.[a-z]+")
_STILL = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@get("/media/{name:path}", opt=dict(PUBLIC), include_in_schema=False)
async def picture(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """One picture. A drawing is sent so that no script in it can run."""
    file = located(services(request.scope).media, name.strip("/"))
    if file is None:
        raise NotFoundError("web.not-found")
    return File(
        file,
        media_type=TYPES[file.suffix],
        content_disposition_type="inline",
        headers={"cache-control": "public, max-age=3600", "content-security-policy": _STILL},
    )


def located(folder: Path, name: str) -> Path | None:
    """The file of a name, if it is an image inside the folder."""
    if _NAME.fullmatch(name) is None:
        return None
    root = folder.resolve()
    file = (root / name).resolve()
    inside = file.is_relative_to(root) and file.is_file()
    return file if inside and file.suffix in TYPES else None


ROUTES = (picture,)
