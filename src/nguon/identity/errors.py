# SPDX-License-Identifier: Apache-2.0
"""What identity refuses."""

from nguon.base.errors import NguonError


class KeyRefusedError(NguonError):
    """A key that cannot be made as asked: the code says why."""


class UnknownKeyError(NguonError):
    """No key has this id."""


class PolicyError(NguonError):
    """A policy on who sees what that cannot be taken: the code says why."""


class AccountError(NguonError):
    """A change to people, roles or passwords that cannot be made: the code says why."""


class UnknownPersonError(NguonError):
    """Nobody here has this number or membership."""


class SignInError(NguonError):
    """Signing in failed; the same for an unknown person and a wrong password."""


class SecondFactorError(NguonError):
    """What was shown is right, and a second factor is asked for; ``token`` goes on from here."""

    def __init__(self, code: str, token: str) -> None:
        super().__init__(code)
        self.token = token


class SecretsLostError(NguonError):
    """The file with the key of accounts' secrets is missing, or is another's."""


class TooManyAttemptsError(NguonError):
    """Too many attempts to sign in: the parameters say how long to wait."""


class InvitationError(NguonError):
    """An invitation that does not stand: unknown, used, withdrawn or too old."""


class MandateError(NguonError):
    """A mandate that cannot be granted as asked: the code says why."""


class ConsentError(NguonError):
    """A consent or a request for erasure that cannot be taken: the code says why."""


class UnknownConsentError(ConsentError):
    """No consent of these people has this id."""


class ErasureError(NguonError):
    """What may not be erased, or not so: the code says why."""
