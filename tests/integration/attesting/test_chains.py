# SPDX-License-Identifier: Apache-2.0
"""GS1's sample licences, followed with the operator's list of trusted bodies."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nguon.attesting import chains, trusted
from nguon.attesting.errors import AttestingError
from nguon.credentials.errors import CredentialError
from nguon.credentials.verifying import Standing
from nguon.store import open_store
from tests.integration.attesting.made import made

_HOME = "did:web:gs1.github.io:GS1DigitalLicenses:dids:fake_"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_samples_lead_to_the_trusted_root(
    conformance: Path, sqlite_url: str, tmp_path: Path
) -> None:
    samples = conformance / "gs1-digital-licenses"
    listed = []
    for name in ("go", "mo", "mc"):
        shutil.copy(samples / "dids" / f"fake_{name}_did" / "did.json", tmp_path / f"{name}.json")
        body = f'[[body]]\ndid = "{_HOME}{name}_did"\nname = "{name}"\ndocument = "{name}.json"\n'
        listed.append(body + ('schemes = ["GS1"]\n' if name == "go" else ""))
    (tmp_path / "issuers.toml").write_text("".join(listed))
    key, company, root = (
        (samples / "samples" / f"{name}-sample.jwt").read_text()
        for name in ("gtin-key-credential", "gcp", "gs1-prefix-license")
    )
    status = [(samples / "status" / f"{name}_status_list.jwt").read_text() for name in ("mo", "go")]
    with open_store(sqlite_url) as store:
        made(store, tmp_path)
        trusted.attach(store, tmp_path / "issuers.toml")
        found = chains.follow(store, [company, root], status, NOW)
        assert ([one.value for one in found.links], found.standing) == (
            ["081015955", "08"],
            Standing.GOOD,
        )
        assert chains.follow(store, [key, root, company], [], NOW).standing is Standing.UNKNOWN
        with pytest.raises(CredentialError) as refused:
            chains.follow(store, [key, root], status, NOW)
        assert refused.value.code == "credentials.licence-missing"
        for many in ([], [key] * 9):
            with pytest.raises(AttestingError):
                chains.follow(store, many, [], NOW)
