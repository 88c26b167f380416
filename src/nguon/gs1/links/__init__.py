# SPDX-License-Identifier: Apache-2.0
"""GS1 Digital Links, by the letter of URI Syntax 1.6."""

from nguon.gs1.links.link import Link
from nguon.gs1.links.reading import read_link
from nguon.gs1.links.writing import write_link

__all__ = ["Link", "read_link", "write_link"]
