# SPDX-License-Identifier: Apache-2.0
"""Style sheets and images of the pages, under ``/static``."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from nguon.web.auth import PUBLIC

FOLDER = Path(__file__).parent / "static"


@cache
def address_of(name: str) -> str:
    """Where a file of the folder is served; the address changes with its content."""
    version = sha256((FOLDER / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={version}"


ROUTES = (
    create_static_files_router(
        "/static",
        [FOLDER],
        opt=dict(PUBLIC),
        include_in_schema=False,
        cache_control=CacheControlHeader(public=True, max_age=3600),
    ),
)
