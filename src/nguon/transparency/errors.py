# SPDX-License-Identifier: Apache-2.0
"""The refusals of this room: a note, a proof, a policy, a witness's answer."""

from typing import Any

from nguon.base.errors import NguonError


class TransparencyError(NguonError):
    """Something of a log is malformed, unproved or not trusted."""


class NoteError(TransparencyError):
    """A signed note, its keys or the checkpoint in it cannot be accepted."""


class ProofError(TransparencyError):
    """A proof, a tile or a bundle does not show what it should."""


class PolicyError(TransparencyError):
    """A trust policy is malformed (``line`` counts from 1), or not satisfied."""


class WitnessError(TransparencyError):
    """A witness refuses: the status and body that the protocol demands (tlog-witness)."""

    def __init__(
        self,
        code: str,
        status: int,
        body: str,
        media_type: str = "text/plain; charset=utf-8",
        **params: Any,
    ) -> None:
        super().__init__(code, **params)
        self.status = status
        self.body = body
        self.media_type = media_type
