# SPDX-License-Identifier: Apache-2.0
"""What the stop list refuses."""

from nguon.base.errors import NguonError


class StopError(NguonError):
    """Something that cannot be stopped, or a list that cannot be believed."""


class VersionGoneError(StopError):
    """A version of the offline list that is not given out any more."""
