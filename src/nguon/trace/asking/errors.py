# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a question."""

from nguon.base.errors import NguonError


class QuestionError(NguonError):
    """A question that cannot be answered as it was put."""


class NoAccountError(QuestionError):
    """A ledger was asked for that is of nobody and nothing."""


class TooFewError(QuestionError):
    """What several things have in common was asked of fewer than two."""


class TooManyError(QuestionError):
    """More things than one question may name; ``most`` says how many may be."""
