# SPDX-License-Identifier: Apache-2.0
"""GS1's syntax dictionary: every application identifier, its values and its relations."""

from nguon.gs1.dictionary.components import Component
from nguon.gs1.dictionary.identifiers import ApplicationIdentifier
from nguon.gs1.dictionary.relations import disagreement
from nguon.gs1.dictionary.table import DATE, code_at, find, table

__all__ = [
    "DATE",
    "ApplicationIdentifier",
    "Component",
    "code_at",
    "disagreement",
    "find",
    "table",
]
