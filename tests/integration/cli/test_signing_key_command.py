# SPDX-License-Identifier: Apache-2.0
"""``nguon signing-key``: keys made in files, proved, bound, halted, replaced, kept."""

from datetime import UTC, datetime
from pathlib import Path

from nguon.parties.keys import handing, queries
from nguon.parties.keys.model import KeyState
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.store import open_store
from tests.integration.cli.conftest import SQLITE, Run
from tests.integration.parties.made import manager


def test_the_life_of_a_key(run: Run, database_url: str, tmp_path: Path) -> None:
    with open_store(database_url) as store:
        number = ensure_organisation(store, "htx-kin", OrganisationKind.COOPERATIVE, "HTX")
    old, new = str(tmp_path / "old.key"), str(tmp_path / "new.key")
    kid = run("sign", "key", old, "--json").json["kid"]
    assert run("sign", "key", new, "--algorithm", "ES256").status == 0
    bound = run("signing-key", "bind", "htx-kin", old, "--name", "cân", "--prefix", "8931234")
    assert bound.out.split() == [kid, "did:web:localhost%3A8000:parties:htx-kin"]
    assert run("signing-key", "bind", "htx-kin", old).status == 1
    assert run("signing-key", "suspend", kid, "--reason", "thử").status == 0
    assert "suspended" in run("signing-key", "list", "htx-kin").out
    assert run("signing-key", "resume", kid).status == 0
    with open_store(database_url) as store:
        by = manager(number)
        asked = handing.challenge(store, by)
        proof = run("signing-key", "prove", new, asked).out.strip()
        endorsement = run("signing-key", "endorse", old, new).out.strip()
        handing.replace(store, by, kid, handing.Replacement(proof=proof, endorsement=endorsement))
    assert run("signing-key", "revoke", kid, "--reason", "lộ", "--yes").status == 0
    assert run("signing-key", "revoke", kid, "--reason", "lộ", "--yes").status == 1
    states = {
        one["kid"]: one["state"] for one in run("signing-key", "list", "htx-kin", "--json").json
    }
    assert sorted(states.values()) == ["active", "revoked"]
    with open_store(database_url) as store:
        found = queries.find(store, kid)
        assert found is not None
        assert found.standing(datetime.now(UTC)) is KeyState.REVOKED


def test_a_key_is_kept_and_its_master_renewed(run: Run, database_url: str) -> None:
    with open_store(database_url) as store:
        ensure_organisation(store, "htx-kin", OrganisationKind.COOPERATIVE, "HTX")
    kept = run("signing-key", "keep", "htx-kin")
    assert run("signing-key", "keep", "htx-kin").out == kept.out
    renewed = run("signing-key", "renew-master")
    assert renewed.out.startswith("1 ")
    assert renewed.out.rstrip().endswith("parties.key")
    assert run("signing-key", "list").out == "", "the platform has none yet"


@SQLITE
def test_refusals(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.key"
    broken.write_bytes(b"{}")
    for words in (
        ("prove", str(broken), "x"),
        ("endorse", str(broken), str(broken)),
        ("bind", "nobody", str(broken)),
        ("keep", "nobody"),
        ("list", "nobody"),
        ("suspend", "x", "--reason", "y"),
        ("revoke", "x", "--reason", "y", "--yes"),
    ):
        refused = run("signing-key", *words)
        assert (refused.status, refused.out) == (1, ""), words
    assert run("signing-key", "prove", str(tmp_path / "none.key"), "x").status == 2
