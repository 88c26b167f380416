# SPDX-License-Identifier: Apache-2.0
"""What the web layer itself refuses: no key, no right, no such page, wrong form."""

from collections.abc import Mapping
from typing import Any

from nguon.base.errors import NguonError


class WebError(NguonError):
    """A refusal of the web layer; ``headers`` go with the answer."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.headers = dict(headers or {})


class UnauthenticatedError(WebError):
    """No key was sent, or one that is not valid."""


class SignInAgainError(UnauthenticatedError):
    """A person's form came after the session had ended; it is kept until there is a new one."""


class ForbiddenError(WebError):
    """The key may not do this."""


class ProveAgainError(ForbiddenError):
    """A person must show once more who it is before this; ``location`` leads to where."""


class TooManyRequestsError(WebError):
    """An API key asks more often than it may; ``retry-after`` says when it may again."""


class NotFoundError(WebError):
    """Nothing is at this address, or nothing that this reader may see."""


class NotAcceptableError(WebError):
    """The answer cannot be given in the form asked for."""


class BodyTooLargeError(WebError):
    """More octets or events than announced as the limit."""


class MediaTypeError(WebError):
    """A body in a form that is not read here."""


class PhotoError(WebError):
    """A photograph that cannot be looked at for codes."""


class RequestError(WebError):
    """A header or parameter that cannot be used."""
