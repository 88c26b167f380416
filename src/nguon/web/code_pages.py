# SPDX-License-Identifier: Apache-2.0
"""The answers to codes that lead nowhere: a helpful page for people, a problem for programs.

Used alike by the resolver, the passport pages and the search box.
"""

from collections.abc import Mapping
from typing import Any

from nguon.gs1 import Identifier, IdentifierError
from nguon.passport.model import Code, Unknown
from nguon.web.errors import NotFoundError
from nguon.web.languages import negotiate
from nguon.web.pages import HTML, page, page_headers
from nguon.web.passport_view import unknown_context
from nguon.web.problems import advice, answer, wants_page, words

Answer = tuple[int, dict[str, str], bytes]


def malformed(scope: Mapping[str, Any], error: IdentifierError) -> Answer:
    """400: what is wrong with the code, and where in it."""
    if not wants_page(scope):
        return answer(scope, error)
    return 400, _headers(scope), _malformed_page(scope, error).encode()


def unknown(scope: Mapping[str, Any], identifier: Identifier) -> Answer:
    """404: nothing recorded; what it means and what to do."""
    if not wants_page(scope):
        return answer(scope, NotFoundError("resolver.unknown", key=identifier.key))
    nothing = Unknown(key=identifier.key, kind=identifier.kind.value, codes=codes_of(identifier))
    html = page(scope, "passport/unknown.html", **unknown_context(nothing, negotiate(scope)))
    return 404, _headers(scope), html.encode()


def codes_of(identifier: Identifier) -> tuple[Code, ...]:
    """The parts of a code for display."""
    return tuple(Code(ai, value) for ai, value in identifier.parts)


def _malformed_page(scope: Mapping[str, Any], error: IdentifierError) -> str:
    language = negotiate(scope)
    text = error.text
    return page(
        scope,
        "passport/malformed.html",
        reason=words(error.code, language, error.params),
        advice=advice(error.code, language, error.params),
        before=text[: error.start],
        wrong=text[error.start : error.end],
        after=text[error.end :],
        asked=text,
    )


def _headers(scope: Mapping[str, Any]) -> dict[str, str]:
    return {"content-type": HTML, **page_headers(scope, "no-store")}
