# SPDX-License-Identifier: Apache-2.0
"""The words of a message in a language, out of its kind and parameters."""

from nguon.base.messages import Language, catalogue, hint, text
from nguon.base.time import HANOI
from nguon.messages.model import Received


def headline(one: Received, language: Language) -> str:
    """What it says, in one line; its kind alone where no catalogue has words for it."""
    if one.kind not in catalogue(language):
        return one.kind
    try:
        return text(one.kind, language, **one.params)
    except (KeyError, IndexError, ValueError):
        return one.kind


def instruction(one: Received, language: Language) -> str:
    """What to do, where the catalogue says it."""
    if one.kind not in catalogue(language):
        return ""
    try:
        return hint(one.kind, language, **one.params) or ""
    except (KeyError, IndexError, ValueError):
        return ""


def due_of(one: Received, language: Language) -> str:
    """Until when, where it has an end."""
    if one.due is None:
        return ""
    return text("messages.due", language, moment=f"{one.due.astimezone(HANOI):%H:%M %d/%m/%Y}")
