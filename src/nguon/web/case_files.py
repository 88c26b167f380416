# SPDX-License-Identifier: Apache-2.0
"""Files of cases: to keep, never to be opened as a page of ours."""

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from nguon.disputes import queries
from nguon.registry.documents import Folder
from nguon.web.attachments import kept_headers
from nguon.web.auth import needs, principal_of
from nguon.web.services import services


@get("/w/cases/files/{number:str}", opt=dict(needs("read")), include_in_schema=False)
async def file(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """A file that a side added, or a reporter's photograph, for whoever may see it."""
    by, parts = principal_of(request.scope), services(request.scope)
    folder = Folder(parts.documents)
    found, content = await asyncio.to_thread(queries.file, parts.store, folder, by, number)
    return Response(content, headers=kept_headers(found.name), media_type=found.media_type)


ROUTES = (file,)
