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

from nguon.attesting.errors import (
    AttestingConflictError,
    AttestingError,
    AttestingForbiddenError,
    AttestingUnknownError,
)
from nguon.base.errors import Fault, FaultyInputError, NguonError
from nguon.base.messages import Language, hint, text
from nguon.capture.errors import (
    CaptureForbiddenError,
    CaptureLimitError,
    ClashError,
    ResultTooLargeError,
    SignatureError,
    UnknownJobError,
)
from nguon.codes.errors import (
    IssuingConflictError,
    IssuingForbiddenError,
    IssuingUnknownError,
    KeysLostError,
    TooManyChecksError,
)
from nguon.compliance.errors import (
    ComplianceError,
    ReportReusedError,
    UnknownConsignmentError,
    UnknownSampleError,
)
from nguon.credentials.errors import CredentialError
from nguon.disputes.errors import (
    DisputeError,
    DisputeForbiddenError,
    DisputeMovedError,
    ReportFaultsError,
    TooManyReportsError,
    UnknownDisputeError,
)
from nguon.dossier.errors import DossierError
from nguon.entries.errors import EntryError, UnknownHandOverError
from nguon.epcis.errors import QueryParameterError
from nguon.evidence.errors import EvidenceError
from nguon.gs1 import IdentifierError
from nguon.identity.errors import (
    ErasureError,
    InvitationError,
    SecretsLostError,
    TooManyAttemptsError,
    UnknownConsentError,
    UnknownKeyError,
    UnknownPersonError,
)
from nguon.identity.oidc.errors import ProviderAwayError, ProviderError, UnknownProviderError
from nguon.inspections.errors import (
    InspectionForbiddenError,
    InspectionMovedError,
    UnknownInspectionError,
)
from nguon.labels.errors import LabelError
from nguon.listings.errors import ListingError, TooManyMissesError, UnknownListingError
from nguon.messages.errors import MessageError, UnknownMessageError
from nguon.parties.enrolment.errors import (
    EnrolmentConflictError,
    EnrolmentForbiddenError,
    EnrolmentUnknownError,
    EntityError,
    NumberKeyLostError,
)
from nguon.parties.grants.errors import (
    GrantConflictError,
    GrantError,
    GrantForbiddenError,
    GrantUnknownError,
)
from nguon.parties.keys.errors import (
    CustodyLostError,
    PartyKeyConflictError,
    PartyKeyForbiddenError,
    PartyKeyUnknownError,
)
from nguon.parties.register.errors import RegisterUnreachableError
from nguon.recall.errors import (
    RecallError,
    RecallFaultsError,
    RecallForbiddenError,
    RecallMovedError,
    UnknownRecallError,
)
from nguon.registry.bridge.errors import (
    BridgeConflictError,
    BridgeForbiddenError,
    BridgeUnknownError,
)
from nguon.registry.errors import (
    DecidedMeanwhileError,
    NotInChargeError,
    UnknownEntryError,
)
from nguon.registry.ledger.errors import (
    LedgerConflictError,
    LedgerForbiddenError,
    LedgerUnknownError,
)
from nguon.registry.links.errors import LinkForbiddenError, LinkUnknownError
from nguon.scans.errors import ScanError, ScanForbiddenError
from nguon.signing.errors import SigningError
from nguon.stoplist.errors import StopError, VersionGoneError
from nguon.store.errors import (
    HeldError,
    IdempotencyConflictError,
    LogHeldError,
    RefusedSubmissionError,
    ScanLimitError,
    StoreBusyError,
    StoreClosedError,
    StoreError,
    StoreUnavailableError,
    UnknownEventError,
)
from nguon.tlog.errors import LogError
from nguon.trace.asking.errors import QuestionError
from nguon.trace.errors import StartUnknownError, TraceJobError, UnknownTraceJobError
from nguon.trace.index.errors import TraceIndexError
from nguon.transparency.errors import TransparencyError
from nguon.web.errors import (
    BodyTooLargeError,
    ForbiddenError,
    MediaTypeError,
    NotAcceptableError,
    NotFoundError,
    PhotoError,
    ProveAgainError,
    RequestError,
    SignInAgainError,
    TooManyRequestsError,
    UnauthenticatedError,
    WebError,
)
from nguon.web.languages import header, negotiate
from nguon.web.pages import HTML, complete, page, page_headers
from nguon.web.sessions import sign_in_address

_LOG = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_LOG_FILE = re.compile("/log/[0-9]")

STATUS: dict[type[NguonError], tuple[int, str]] = {
    UnauthenticatedError: (401, "SecurityException"),
    ForbiddenError: (403, "SecurityException"),
    TooManyRequestsError: (429, "SecurityException"),
    NotFoundError: (404, "NoSuchResourceException"),
    NotAcceptableError: (406, "NotAcceptableException"),
    BodyTooLargeError: (413, "CaptureLimitExceededException"),
    MediaTypeError: (415, "UnsupportedMediaTypeException"),
    RequestError: (400, "ValidationException"),
    PhotoError: (400, "ValidationException"),
    ScanForbiddenError: (403, "SecurityException"),
    ScanError: (400, "ValidationException"),
    UnknownPersonError: (404, "NoSuchResourceException"),
    UnknownKeyError: (404, "NoSuchResourceException"),
    InvitationError: (410, "NoSuchResourceException"),
    TooManyAttemptsError: (429, "SecurityException"),
    SecretsLostError: (503, "ImplementationException"),
    UnknownProviderError: (404, "NoSuchResourceException"),
    ProviderAwayError: (503, "ImplementationException"),
    ProviderError: (400, "SecurityException"),
    QuestionError: (400, "ValidationException"),
    CaptureForbiddenError: (403, "SecurityException"),
    SignatureError: (422, "ValidationException"),
    UnknownJobError: (404, "NoSuchResourceException"),
    ClashError: (409, "ResourceAlreadyExistsException"),
    CaptureLimitError: (413, "CaptureLimitExceededException"),
    UnknownHandOverError: (404, "NoSuchResourceException"),
    EntryError: (409, "ValidationException"),
    QueryParameterError: (400, "QueryParameterException"),
    ResultTooLargeError: (413, "QueryTooLargeException"),
    ScanLimitError: (413, "QueryTooComplexException"),
    RefusedSubmissionError: (409, "ResourceAlreadyExistsException"),
    IdempotencyConflictError: (409, "ResourceAlreadyExistsException"),
    HeldError: (409, "ResourceAlreadyExistsException"),
    UnknownEventError: (404, "NoSuchResourceException"),
    ErasureError: (409, "ResourceAlreadyExistsException"),
    UnknownConsentError: (404, "NoSuchResourceException"),
    UnknownConsignmentError: (404, "NoSuchResourceException"),
    UnknownSampleError: (404, "NoSuchResourceException"),
    StartUnknownError: (404, "NoSuchResourceException"),
    UnknownTraceJobError: (404, "NoSuchResourceException"),
    TraceJobError: (409, "ValidationException"),
    ReportReusedError: (409, "ResourceAlreadyExistsException"),
    ComplianceError: (409, "ValidationException"),
    AttestingForbiddenError: (403, "SecurityException"),
    AttestingUnknownError: (404, "NoSuchResourceException"),
    AttestingConflictError: (409, "ResourceAlreadyExistsException"),
    AttestingError: (422, "ValidationException"),
    CredentialError: (422, "ValidationException"),
    GrantForbiddenError: (403, "SecurityException"),
    GrantUnknownError: (404, "NoSuchResourceException"),
    GrantConflictError: (409, "ResourceAlreadyExistsException"),
    GrantError: (422, "ValidationException"),
    LedgerForbiddenError: (403, "SecurityException"),
    LedgerUnknownError: (404, "NoSuchResourceException"),
    LedgerConflictError: (409, "ResourceAlreadyExistsException"),
    BridgeForbiddenError: (403, "SecurityException"),
    BridgeUnknownError: (404, "NoSuchResourceException"),
    BridgeConflictError: (409, "ResourceAlreadyExistsException"),
    LinkForbiddenError: (403, "SecurityException"),
    LabelError: (422, "ValidationException"),
    DossierError: (422, "ValidationException"),
    EvidenceError: (422, "ValidationException"),
    LogError: (503, "ImplementationException"),
    LinkUnknownError: (404, "NoSuchResourceException"),
    TooManyChecksError: (429, "SecurityException"),
    IssuingForbiddenError: (403, "SecurityException"),
    IssuingUnknownError: (404, "NoSuchResourceException"),
    IssuingConflictError: (409, "ResourceAlreadyExistsException"),
    EnrolmentForbiddenError: (403, "SecurityException"),
    EntityError: (403, "SecurityException"),
    EnrolmentUnknownError: (404, "NoSuchResourceException"),
    EnrolmentConflictError: (409, "ResourceAlreadyExistsException"),
    NumberKeyLostError: (503, "ImplementationException"),
    RegisterUnreachableError: (503, "ImplementationException"),
    PartyKeyForbiddenError: (403, "SecurityException"),
    PartyKeyUnknownError: (404, "NoSuchResourceException"),
    PartyKeyConflictError: (409, "ResourceAlreadyExistsException"),
    CustodyLostError: (503, "ImplementationException"),
    KeysLostError: (503, "ImplementationException"),
    LogHeldError: (503, "ImplementationException"),
    StoreUnavailableError: (503, "ImplementationException"),
    StoreBusyError: (503, "ImplementationException"),
    StoreClosedError: (503, "ImplementationException"),
    StoreError: (500, "ImplementationException"),
    TraceIndexError: (503, "ImplementationException"),
    UnknownEntryError: (404, "NoSuchResourceException"),
    NotInChargeError: (403, "SecurityException"),
    DecidedMeanwhileError: (409, "ResourceAlreadyExistsException"),
    SigningError: (422, "ValidationException"),
    TransparencyError: (422, "ValidationException"),
    UnknownListingError: (404, "NoSuchResourceException"),
    TooManyMissesError: (429, "SecurityException"),
    ListingError: (400, "ValidationException"),
    UnknownMessageError: (404, "NoSuchResourceException"),
    MessageError: (400, "ValidationException"),
    RecallForbiddenError: (403, "SecurityException"),
    UnknownRecallError: (404, "NoSuchResourceException"),
    RecallMovedError: (409, "ResourceAlreadyExistsException"),
    RecallFaultsError: (400, "ValidationException"),
    RecallError: (409, "ValidationException"),
    DisputeForbiddenError: (403, "SecurityException"),
    UnknownDisputeError: (404, "NoSuchResourceException"),
    DisputeMovedError: (409, "ResourceAlreadyExistsException"),
    TooManyReportsError: (429, "SecurityException"),
    ReportFaultsError: (400, "ValidationException"),
    DisputeError: (409, "ValidationException"),
    FaultyInputError: (400, "ValidationException"),
    InspectionForbiddenError: (403, "SecurityException"),
    UnknownInspectionError: (404, "NoSuchResourceException"),
    InspectionMovedError: (409, "ResourceAlreadyExistsException"),
    VersionGoneError: (404, "NoSuchResourceException"),
    StopError: (422, "ValidationException"),
    NguonError: (400, "ValidationException"),
}
"""The status and EPCIS exception of each error class; the nearest ancestor counts."""

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
