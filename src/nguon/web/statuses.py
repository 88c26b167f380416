# SPDX-License-Identifier: Apache-2.0
"""The table from error class to status and EPCIS 2.0 exception; the nearest class counts."""

from nguon.attesting.errors import (
    AttestingConflictError,
    AttestingError,
    AttestingForbiddenError,
    AttestingUnknownError,
)
from nguon.base.errors import FaultyInputError, NguonError
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
from nguon.identity.errors import (
    ErasureError,
    InvitationError,
    SecretsLostError,
    TooManyAttemptsError,
    UnknownConsentError,
    UnknownKeyError,
    UnknownPersonError,
)
from nguon.identity.oidc.errors import (
    ProviderAwayError,
    ProviderError,
    UnknownProviderError,
)
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
from nguon.registry.errors import DecidedMeanwhileError, NotInChargeError, UnknownEntryError
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
    RequestError,
    TooManyRequestsError,
    UnauthenticatedError,
)

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
