# SPDX-License-Identifier: Apache-2.0
"""All tests, as ``make test`` runs them; the few that failed are asked once more, alone.

Thirteen thousand tests drive browsers, servers, threads and killed processes, with fresh keys each
time. One that fails beside the others and passes alone is told apart from a fault that stays: it is
named in the last lines, to be mended, and does not hide in a run that somebody starts again. A
fault that stays fails twice (what Hypothesis falsified too: CI asks for the same examples again);
more than a handful are never asked again.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PARALLEL = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
ALONE = ("-p", "no:xdist", "--last-failed", "--last-failed-no-failures", "none")
HANDFUL = 8
_FAILED = 1
_KEPT = Path(".pytest_cache", "v", "cache", "lastfailed")


def asked(options: Sequence[str]) -> int:
    """Run pytest; its exit code."""
    return subprocess.run([sys.executable, "-m", "pytest", *options], check=False).returncode


def failed() -> list[str]:
    """The tests that failed when they were last run."""
    return sorted(json.loads(_KEPT.read_text("utf-8"))) if _KEPT.is_file() else []


def main() -> int:
    """Zero when each test passed, beside the others or alone; else pytest's code."""
    _KEPT.unlink(missing_ok=True)
    code = asked(PARALLEL)
    first = failed()
    if code != _FAILED or not 0 < len(first) <= HANDFUL:
        return code
    print(f"\nAsked again, alone: {len(first)} that failed.", flush=True)
    code = asked(ALONE)
    for each in sorted(set(first) - set(failed())):
        print(f"FAILED BESIDE OTHERS, PASSED ALONE: {each}")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
