# SPDX-License-Identifier: Apache-2.0
"""What failed is asked once more, alone: what stays fails, what does not is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import whole

Asked = Callable[[int], tuple[int, list[str], int]]

_TESTS = """
from pathlib import Path
import pytest
SEEN = Path(__file__).with_name("seen")

def test_sound(): pass

def test_now_and_then():
    first = not SEEN.exists()
    SEEN.touch()
    assert not first

@pytest.mark.parametrize("number", range({many}))
def test_faulty(number): assert False
"""


@pytest.fixture
def asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Asked:
    def running(many: int) -> tuple[int, list[str], int]:
        (tmp_path / "test_made.py").write_text(_TESTS.format(many=many), "utf-8")
        code = whole.main()
        lines = capfd.readouterr().out.splitlines()
        named = [line for line in lines if line.startswith("FAILED BESIDE OTHERS")]
        return code, named, sum("Asked again" in line for line in lines)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(whole, "PARALLEL", ("-p", "no:xdist"))
    return running


_NAMED = "FAILED BESIDE OTHERS, PASSED ALONE: test_made.py::test_now_and_then"


def test_what_passes_alone_is_named(asked: Asked) -> None:
    assert asked(0) == (0, [_NAMED], 1)


def test_what_stays_fails(asked: Asked) -> None:
    assert asked(1) == (1, [_NAMED], 1)


def test_more_than_a_handful_are_not_asked_again(asked: Asked) -> None:
    assert asked(whole.HANDFUL) == (1, [], 0)
