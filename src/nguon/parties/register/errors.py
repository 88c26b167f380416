# SPDX-License-Identifier: Apache-2.0
"""What asking the business register can come to, other than an answer."""

from nguon.base.errors import NguonError


class RegisterError(NguonError):
    """The register cannot be used as it is set: the code says why."""


class RegisterUnreachableError(RegisterError):
    """The register did not answer, or with something that is no answer; ask again later."""
