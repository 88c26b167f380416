# SPDX-License-Identifier: Apache-2.0
"""Refusals of the standards room for events."""

from nguon.base.errors import FaultyInputError, NguonError


class MalformedJson(NguonError):  # noqa: N818 - the public name says what was sent
    """Bytes that are not the JSON that can be kept exactly.

    ``params``: ``line`` and ``column`` from 1 (columns count characters),
    ``offset`` in bytes from 0, ``pointer`` (RFC 6901) of the value around it.
    """


class InvalidDocument(FaultyInputError):  # noqa: N818 - the public name says what was sent
    """JSON that is no EPCIS document or event; ``faults`` names everything wrong in it."""


class QueryParameterError(NguonError):
    """A query parameter that is unknown, badly valued or in conflict: ``params["name"]``."""
