# SPDX-License-Identifier: Apache-2.0
"""The table of a run and the machine that it ran on."""

import os
import platform
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One measurement beside its floor, in the same unit; a rate of 0 could not be measured."""

    what: str
    rate: float
    unit: str
    floor: float
    floor_is: str
    note: str = ""


def machine() -> str:
    """Processor, cores, memory, system."""
    info = Path("/proc/cpuinfo")
    model = "unknown processor"
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    memory = f"{pages / 2**30:.0f} GiB"
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {memory}, {system}"


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = [
        "| what | rate | floor of the same run | ratio | note |",
        "|---|---:|---:|---:|---|",
    ]
    return "\n".join([*lines, *map(_line, rows)])


def _line(row: Row) -> str:
    rate = f"{row.rate:,.0f} {row.unit}" if row.rate else "–"
    ratio = f"**{row.rate / row.floor:.2f}**" if row.rate else "–"
    floor = f"{row.floor:,.0f} ({row.floor_is})"
    return f"| {row.what} | {rate} | {floor} | {ratio} | {row.note} |"
