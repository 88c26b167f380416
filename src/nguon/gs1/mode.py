# SPDX-License-Identifier: Apache-2.0
"""How exact a reader of identifiers is: two modes for callers, three rigours inside."""

from enum import Enum, IntEnum


class Rigour(IntEnum):
    """What is checked: form alone, form and check digits, or every rule of the syntax."""

    FORM = 0
    USUAL = 1
    FULL = 2


class Mode(Enum):
    """How an identifier is read.

    ``LENIENT`` is for what others recorded: short GTINs are padded, short names
    such as ``/gtin/``, any order of qualifiers, a closing slash and any query are
    tolerated; a wrong check digit never is. ``STRICT`` is GS1 Digital Link URI
    Syntax 1.6 to the letter: for resolving, issuing and labels.
    """

    LENIENT = Rigour.USUAL
    STRICT = Rigour.FULL
