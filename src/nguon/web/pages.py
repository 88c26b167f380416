# SPDX-License-Identifier: Apache-2.0
"""Pages: Jinja templates in the reader's language.

Templates get ``lang``, ``t(code, **params)`` (words from the catalogues),
``who(kind)`` (who will see a field of this kind), ``languages`` (the address of
this page in each language) and ``base_url``.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response

from nguon.base.messages import text
from nguon.identity.policy import who_sees
from nguon.web.assets import address_of
from nguon.web.formats import FILTERS
from nguon.web.languages import chosen, cookie, negotiate, switches
from nguon.web.services import services

HTML = "text/html; charset=utf-8"
_ASKING = frozenset({"GET", "HEAD"})
"""A page that answers a form may stand at an address that cannot be asked again."""


@cache
def environment() -> Environment:
    """The one template environment: escapes everything, undefined names are errors."""
    found = Environment(
        loader=PackageLoader("nguon.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters.update(FILTERS)
    found.globals["static"] = address_of
    return found


def page(scope: Mapping[str, Any], template: str, **context: Any) -> str:
    """A page as HTML text; for lanes that answer by themselves."""
    language = negotiate(scope)

    def words(code: str, **params: Any) -> str:
        return text(code, language, **params)

    def who(kind: str) -> str:
        return who_sees(kind, language)

    return (
        environment()
        .get_template(template)
        .render(
            lang=language,
            t=words,
            who=who,
            languages=switches(scope) if scope["method"] in _ASKING else {},
            base_url=services(scope).base_url,
            **context,
        )
    )


def page_headers(scope: Mapping[str, Any], cache_control: str = "no-cache") -> dict[str, str]:
    """The headers that go with `page`: it varies by language, and a choice is kept."""
    headers = {"cache-control": cache_control, "vary": "Accept-Language, Cookie"}
    choice = chosen(scope)
    if choice is not None:
        headers["set-cookie"] = cookie(choice)
    return headers


def render(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status_code: int = 200,
    cache_control: str = "no-cache",
    **context: Any,
) -> Response[bytes]:
    """A page as an answer of a framework handler."""
    headers = {"content-type": HTML, **page_headers(request.scope, cache_control)}
    return complete(status_code, headers, page(request.scope, template, **context).encode())


def complete(status_code: int, headers: Mapping[str, str], body: bytes) -> Response[bytes]:
    """An answer that is complete, as the framework sends it: nothing is added to its type."""
    media_type = headers["content-type"].removesuffix("; charset=utf-8")
    others = {name: value for name, value in headers.items() if name != "content-type"}
    return Response(body, status_code=status_code, headers=others, media_type=media_type)
