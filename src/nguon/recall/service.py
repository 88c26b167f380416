# SPDX-License-Identifier: Apache-2.0
"""The steps of a recall, from the signal to the end; each judged, written and stated at once."""

from nguon.recall.answering import answer, contact, see
from nguon.recall.deciding import decide
from nguon.recall.disposing import dispose, verify
from nguon.recall.ending import close, dismiss
from nguon.recall.investigating import investigate, reply
from nguon.recall.opening import open_case
from nguon.recall.refinding import find_again
from nguon.recall.releasing import release
from nguon.recall.reminding import escalate, remind
from nguon.recall.settling import preview, settle_scope

__all__ = [
    "answer",
    "close",
    "contact",
    "decide",
    "dismiss",
    "dispose",
    "escalate",
    "find_again",
    "investigate",
    "open_case",
    "preview",
    "release",
    "remind",
    "reply",
    "see",
    "settle_scope",
    "verify",
]
