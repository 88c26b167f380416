# SPDX-License-Identifier: Apache-2.0
"""Pages of a listing: their size, and the Link header that leads to the next one."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias
from urllib.parse import parse_qsl, urlencode

from litestar.params import QueryParameter

from nguon.web.errors import RequestError
from nguon.web.services import Services
from nguon.web.tokens import Cursor, seal

DEFAULT = 30
MOST = 1000

PageSize: TypeAlias = Annotated[
    str | None, QueryParameter(name="perPage", description=f"Rows a page, 1 to {MOST}; {DEFAULT}.")
]
PageToken: TypeAlias = Annotated[
    str | None, QueryParameter(name="nextPageToken", description="From the Link header of a page.")
]


def page_size(sent: str | None) -> int:
    """The rows of a page; more than we give is cut, as the standard allows.

    Raises:
        RequestError: ``web.page-size``, no whole number above zero.
    """
    if sent is None:
        return DEFAULT
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10 and int(sent) > 0):
        raise RequestError("web.page-size", value=sent, upper=MOST)
    return min(int(sent), MOST)


def next_link(scope: Mapping[str, Any], cursor: Cursor, query: bytes, found: Services) -> str:
    """The Link header value: this address with the token of the next page (RFC 8288)."""
    token = seal(cursor, query, found.store.secret)
    sent = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept = [(name, value) for name, value in sent if name != "nextPageToken"]
    parameters = urlencode([*kept, ("nextPageToken", token)])
    return f'<{found.base_url}{scope["path"]}?{parameters}>; rel="next"'
