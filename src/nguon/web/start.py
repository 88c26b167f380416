# SPDX-License-Identifier: Apache-2.0
"""The goods that the start page offers: the operator's choice, in a file of the data folder."""

from pathlib import Path

import msgspec

FILE = "start.json"
"""In the data folder: a list of `StartLink` as JSON."""


class StartLink(msgspec.Struct, frozen=True):
    """A passport worth opening; ``path`` is its Digital Link's (``/01/…``)."""

    path: str
    vi: str
    en: str
    label: str = ""
    """Name of a picture of its label among the product pictures: to try the camera with."""


def read(folder: Path) -> tuple[StartLink, ...]:
    """The choice of a data folder; nothing where none was made."""
    file = folder / FILE
    if not file.is_file():
        return ()
    return msgspec.json.decode(file.read_bytes(), type=tuple[StartLink, ...])


def write(folder: Path, links: tuple[StartLink, ...]) -> None:
    """Keep a choice; servers read it when they start."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(links)))
