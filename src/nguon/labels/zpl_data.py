# SPDX-License-Identifier: Apache-2.0
"""Data of symbols as ZPL writes it: FNC1 in the way of each symbol, nothing taken for a command."""

import re

_DIGITS = re.compile(r"[0-9]{4,}")
_MEANT = re.compile(r"[\^~]|[^\x20-\x7e]")
SEPARATOR = "\x1d"


def field(data: str) -> str:
    """A field's data; characters that mean something to the printer as hexadecimal bytes."""
    if _MEANT.search(data) is None:
        return f"^FD{data}^FS"
    return f"^FH_^FD{_MEANT.sub(_hexadecimal, data.replace('_', '_5F'))}^FS"


def _hexadecimal(match: re.Match[str]) -> str:
    return "".join(f"_{byte:02X}" for byte in match.group().encode())


def data_matrix(content: str) -> str:
    """GS1 data for ^BX with ``_`` as its escape: FNC1 first and for each separator."""
    escaped = content.replace("_", "__").replace(SEPARATOR, "_1")
    return f"_1{escaped}"


def code_128(content: str) -> str:
    """GS1 data for ^BC: subset C for runs of digits, B for the rest; FNC1 is ``>8`` in both."""
    written = ">8"
    subset, start = "", ""
    for part in content.split(SEPARATOR):
        if start:
            written += ">8"
        start = start or ">;"
        for words, digits in _stretches(part):
            wanted = "C" if digits else "B"
            if not subset:
                start = ">;" if digits else ">:"
            elif wanted != subset:
                written += ">5" if digits else ">6"
            subset = wanted
            written += words if digits else words.replace(">", ">0")
    return start + written


def _stretches(part: str) -> list[tuple[str, bool]]:
    """Even runs of digits, four and more, and what is between them."""
    found: list[tuple[str, bool]] = []
    at = 0
    for run in _DIGITS.finditer(part):
        # An odd run leaves its last digit to what follows.
        end = run.end() - (run.end() - run.start()) % 2
        if run.start() > at:
            found.append((part[at : run.start()], False))
        found.append((part[run.start() : end], True))
        at = end
    if at < len(part):
        found.append((part[at:], False))
    return found
