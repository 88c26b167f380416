# SPDX-License-Identifier: Apache-2.0
"""Element strings: application identifiers with their values, in every way they are written."""

from nguon.gs1.element import Element, write_bracketed
from nguon.gs1.element_checks import check
from nguon.gs1.elements.bracketed import read_bracketed
from nguon.gs1.elements.human import human_readable
from nguon.gs1.elements.raw import read_raw, write_raw
from nguon.gs1.elements.scan_data import Scan, read_scan, write_scan

__all__ = [
    "Element",
    "Scan",
    "check",
    "human_readable",
    "read_bracketed",
    "read_raw",
    "read_scan",
    "write_bracketed",
    "write_raw",
    "write_scan",
]
