# SPDX-License-Identifier: Apache-2.0
"""``nguon codes``: licences, quotas and keys from the operator's command line."""

from pathlib import Path

from tests.integration.cli.conftest import FARM, Run

_ADD = ("codes", "licence", "add")
_SAID = ("--from", "2024-01-01", "--source", "GCN 7")


def test_licences_quotas_and_keys(run: Run, farm: str, environment: dict[str, str]) -> None:
    made = run(*_ADD, FARM, "prefix", "952110100", *_SAID)
    assert made.status == 0
    number, value, status = made.out.split()
    assert (value, status) == ("952110100", "checked")
    assert run("codes", "licence", "list").out.split() == [number, "checked", "prefix", value, FARM]
    assert run("codes", "quota", FARM, "5000", "--reason", "small").out == "5000 0 5000\n"
    said = run("codes", "licence", "say", number, "withdrawn", "--reason", "unpaid")
    assert said.out.split()[-1] == "withdrawn"
    again = run("codes", "licence", "say", number, "withdrawn", "--reason", "unpaid")
    assert again.status == 1
    assert "withdrawn" in again.err
    rotated = [run("codes", "rotate-key").out.split() for _ in range(2)]
    path = Path(environment["NGUON_DATA"]) / "codes.key"
    assert rotated == [["0", str(path)], ["1", str(path)]]
    assert path.stat().st_mode & 0o077 == 0


def test_what_cannot_be_is_refused(run: Run, farm: str) -> None:
    unknown = run(*_ADD, "nobody", "prefix", "952110100", *_SAID)
    assert unknown.status == 1
    wrong = run(*_ADD, FARM, "gtin", "9521101000017", *_SAID)
    assert wrong.status == 1
    assert "9521101000016" in wrong.err
    assert run("codes", "licence", "list").out == ""
