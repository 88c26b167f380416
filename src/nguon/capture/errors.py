# SPDX-License-Identifier: Apache-2.0
"""What capture refuses."""

from typing import Any

from nguon.base.errors import Fault, FaultyInputError, NguonError
from nguon.store.values import Receipt


class CaptureError(NguonError):
    """A submission that cannot be captured as asked."""


class CaptureForbiddenError(CaptureError):
    """The key may not capture."""


class CaptureLimitError(CaptureError):
    """More events than the limit allows."""


class ClashError(CaptureError):
    """An event with the same eventID and other content is stored already (409)."""

    def __init__(self, code: str, receipt: Receipt, **params: Any) -> None:
        super().__init__(code, **params)
        self.receipt = receipt


class RefusedEventsError(FaultyInputError):
    """Events that break a rule: every fault is named, nothing is written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("capture.refused", faults, count=len(faults))


class UnknownJobError(CaptureError):
    """No capture job of this organisation has this id."""


class ResultTooLargeError(CaptureError):
    """A query's result is longer than its ``maxEventCount``."""


class SignatureError(CaptureError):
    """A signature that does not count for this submission: the code says why (422)."""
