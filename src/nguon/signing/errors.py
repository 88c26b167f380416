# SPDX-License-Identifier: Apache-2.0
"""The refusals of this room: a key, a signature, a certificate."""

from nguon.base.errors import NguonError


class SigningError(NguonError):
    """A key or a signature that cannot be accepted, or does not hold."""


class CertificateError(SigningError):
    """A certificate that does not vouch for its holder (``signing.certificate-…``)."""
