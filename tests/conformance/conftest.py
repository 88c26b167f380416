# SPDX-License-Identifier: Apache-2.0
"""Where the shared conformance data is: beside the project, or where the environment says."""

import os
from pathlib import Path

import pytest

VARIABLE = "NGUON_CONFORMANCE"
BESIDE = Path(__file__).parents[3] / "shared" / "conformance"


@pytest.fixture(scope="session")
def conformance() -> Path:
    folder = Path(os.environ.get(VARIABLE) or BESIDE)
    if folder.is_dir():
        return folder
    reason = f"no conformance data in {folder}: set {VARIABLE}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
