# SPDX-License-Identifier: Apache-2.0
"""What an installation says about enrolment."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Given:
    """The settings of enrolment, as `nguon.settings.Settings` describes them."""

    base_url: str
    documents: Path
    number_key: Path
    register: str = ""
    roots: Path | None = None
    unknown_revocation: str = "officers"
    levels: frozenset[str] = frozenset()
