# SPDX-License-Identifier: Apache-2.0
"""``nguon`` as a process whose clock is off by the seconds that a file says: first argument."""

import sys
import time
from pathlib import Path


def main() -> None:
    """Sets the clock before anything of the platform is imported, then runs the command."""
    file, right = Path(sys.argv.pop(1)), time.time

    def wrong() -> float:
        return right() + float(file.read_text() if file.exists() else 0)

    time.time = wrong
    from nguon.cli import main as command

    command()


if __name__ == "__main__":
    main()
