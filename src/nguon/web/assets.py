# SPDX-License-Identifier: Apache-2.0
"""Style sheets and images of the pages, under ``/static``."""

from pathlib import Path

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from nguon.web.auth import PUBLIC

FOLDER = Path(__file__).parent / "static"

ROUTES = (
    create_static_files_router(
        "/static",
        [FOLDER],
        opt=dict(PUBLIC),
        include_in_schema=False,
        cache_control=CacheControlHeader(public=True, max_age=3600),
    ),
)
