# SPDX-License-Identifier: Apache-2.0
"""Errors as answers: one table from error class to status, one form (RFC 9457).

``type`` is the EPCIS 2.0 exception; ``title``, ``detail`` and ``hint`` are in
the reader's language; ``errors`` names every fault in both. What is not
expected is logged under a number and told as nothing but that number.
"""

import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from nguon.base.errors import Fault, FaultyInputError, NguonError
from nguon.base.messages import Language, hint, text
from nguon.gs1 import IdentifierError
from nguon.store.errors import StoreError
from nguon.web.errors import (
    ProveAgainError,
    SignInAgainError,
    UnauthenticatedError,
    WebError,
)
from nguon.web.languages import header, negotiate
from nguon.web.pages import HTML, complete, page, page_headers
from nguon.web.sessions import sign_in_address
from nguon.web.statuses import STATUS

_LOG = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_LOG_FILE = re.compile("/log/[0-9]")

_FRAMEWORK: dict[int, tuple[str, str]] = {
    400: ("ValidationException", "web.bad-request"),
    401: ("SecurityException", "web.key-missing"),
    403: ("SecurityException", "web.forbidden"),
    404: ("NoSuchResourceException", "web.not-found"),
    405: ("ImplementationException", "web.method"),
    406: ("NotAcceptableException", "web.not-acceptable"),
    413: ("CaptureLimitExceededException", "web.body-too-large"),
    415: ("UnsupportedMediaTypeException", "web.media-type"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An error ready to be answered."""

    status: int
    exception: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    span: tuple[int, int] | None = None
    """Of a malformed identifier: where it is wrong, in characters, the end excluded."""

    def body(self, language: Language) -> bytes:
        """The ``application/problem+json`` body."""
        members = {
            "type": f"epcisException:{self.exception}",
            "title": words(f"problem.{self.exception}", language, {}),
            "status": self.status,
            "code": self.code,
            "detail": words(self.code, language, self.params),
            "hint": advice(self.code, language, self.params),
            "errors": [fault_entry(fault, language) for fault in self.faults],
        }
        if self.span is not None:
            members["span"] = {"start": self.span[0], "end": self.span[1]}
        return msgspec.json.encode(members)


def words(code: str, language: Language, params: Mapping[str, Any]) -> str:
    """The catalogue's words; the code itself where a catalogue has none or lacks a parameter."""
    try:
        return text(code, language, **params)
    except (KeyError, IndexError):
        _LOG.warning("no message %s in %s for %s", code, language, sorted(params))
        return code


def advice(code: str, language: Language, params: Mapping[str, Any]) -> str | None:
    """What to do next, where the catalogue says it."""
    try:
        return hint(code, language, **params)
    except (KeyError, IndexError):
        return None


def fault_entry(fault: Fault, language: Language) -> dict[str, Any]:
    """One fault as it stands in ``errors``."""
    return {
        "pointer": fault.pointer,
        "code": fault.code,
        "message_vi": words(fault.code, "vi", fault.params),
        "message_en": words(fault.code, "en", fault.params),
        "hint": advice(fault.code, language, fault.params),
    }


def problem_of(error: Exception) -> Problem:
    """The answer to an error of ours, of the framework, or to one nobody expected."""
    if isinstance(error, NguonError):
        return _ours(error)
    if isinstance(error, HTTPException) and error.status_code in _FRAMEWORK:
        return _frameworks(error)
    number = secrets.token_hex(4)
    _LOG.error("unexpected error %s", number, exc_info=error)
    return Problem(500, "ImplementationException", "web.unexpected", {"number": number})


def _ours(error: NguonError) -> Problem:
    status, exception = next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)
    return Problem(
        status,
        exception,
        error.code,
        _discreet(error) if isinstance(error, StoreError) else error.params,
        tuple(error.faults) if isinstance(error, FaultyInputError) else (),
        error.headers if isinstance(error, WebError) else {},
        (error.start, error.end) if isinstance(error, IdentifierError) else None,
    )


def _discreet(error: StoreError) -> Mapping[str, Any]:
    """What a database says names its machine, its user, values of rows: for the log alone."""
    if "reason" not in error.params:
        return error.params
    number = secrets.token_hex(4)
    _LOG.warning("%s, number %s: %r", error.code, number, error.params["reason"])
    return {**error.params, "reason": f"#{number}"}


def _frameworks(error: HTTPException) -> Problem:
    exception, code = _FRAMEWORK[error.status_code]
    extra = error.extra if isinstance(error.extra, list) else []
    faults = tuple(
        Fault(str(entry.get("key", "")), "web.parameter", {"reason": str(entry.get("message", ""))})
        for entry in extra
        if isinstance(entry, dict)
    )
    allow = {name: value for name, value in (error.headers or {}).items() if name == "allow"}
    return Problem(error.status_code, exception, code, {}, faults, allow)


def wants_page(scope: Mapping[str, Any]) -> bool:
    """Whether a person's browser asks, outside the programming interfaces and the log's files."""
    path = scope["path"]
    if path.startswith(("/epcis", "/api/")) or _LOG_FILE.match(path):
        return False
    return "text/html" in (header(scope, b"accept") or "")


def _may_sign_in(scope: Mapping[str, Any]) -> bool:
    """Whether a person opens a page of the workspace without a session."""
    ours = f"{scope['path']}/".startswith(("/account/", "/s/", "/w/"))
    asked = scope["method"] in {"GET", "HEAD"} and header(scope, b"authorization") is None
    return ours and asked and wants_page(scope)


def answer(
    scope: Mapping[str, Any], error: Exception, way: tuple[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for an error: a page for a browser, a problem for a program.

    ``way``: where the page leads on, and the code of its words.
    """
    if isinstance(error, UnauthenticatedError) and _may_sign_in(scope):
        return 303, {"content-type": HTML, "location": sign_in_address(scope)}, b""
    if isinstance(error, ProveAgainError) and wants_page(scope):
        return 303, {"content-type": HTML, **error.headers}, b""
    if isinstance(error, SignInAgainError):
        return 303, {"content-type": HTML, **(error.headers or {})}, b""
    problem = problem_of(error)
    language = negotiate(scope)
    if not wants_page(scope):
        headers = {"content-type": MEDIA_TYPE, "content-language": language, **problem.headers}
        return problem.status, headers, problem.body(language)
    html = page(
        scope,
        "error.html",
        title=words(f"problem.{problem.exception}", language, {}),
        detail=words(problem.code, language, problem.params),
        hint=advice(problem.code, language, problem.params),
        way=way,
    )
    headers = {"content-type": HTML, **page_headers(scope, "no-store"), **problem.headers}
    return problem.status, headers, html.encode()


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The framework's exception handler."""
    status, headers, body = answer(request.scope, error)
    return complete(status, headers, body)
