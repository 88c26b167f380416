# SPDX-License-Identifier: Apache-2.0
"""``nguon key``: made once readable, listed without secrets, ended for good."""

from nguon.identity import keys
from nguon.store import open_store
from tests.integration.cli.conftest import FARM, SQLITE, Run


def test_a_key_is_made_listed_and_ended(run: Run, database_url: str) -> None:
    made = run("key", "create", "--organisation", FARM, "--legal-name", "HTX", "--name", "scale")
    assert (made.status, made.err) == (0, "")
    secret = made.out.strip()
    with open_store(database_url) as store:
        holder = keys.authenticate(store, secret)
        assert holder is not None
        assert holder.scopes == {"capture", "read", "trace"}
        assert (holder.kind, holder.strict) == ("member", False)
    listed = run("key", "list")
    assert listed.status == 0
    (line,) = listed.out.splitlines()
    assert line.split() == [holder.key_id, "good", "member", "capture", "read", "trace", "scale"]
    assert secret not in listed.out
    assert secret.rpartition("_")[2] not in run("key", "list", "--json").out
    ended = run("key", "revoke", holder.key_id)
    assert (ended.status, ended.out) == (0, f"{holder.key_id} revoked\n")
    assert run("key", "list").out.split()[1] == "ended"
    with open_store(database_url) as store:
        assert keys.authenticate(store, secret) is None


def test_json_and_options(run: Run, farm: str, database_url: str) -> None:
    made = run(
        "key", "create", "--organisation", farm, "--json", "--strict",
        "--scope", "read", "--kind", "inspector", "--expires", "2999-12-31",
    )  # fmt: skip
    assert (made.json["organisation"], made.json["scopes"]) == (farm, ["read"])
    with open_store(database_url) as store:
        holder = keys.authenticate(store, made.json["secret"])
        assert holder is not None
        assert (holder.key_id, holder.strict, holder.kind) == (made.json["id"], True, "inspector")
    ids = [one["id"] for one in run("key", "list", "--organisation", farm, "--json").json]
    assert made.json["id"] in ids


@SQLITE
def test_refusals(run: Run) -> None:
    unknown = run("key", "create", "--organisation", "nobody")
    assert (unknown.status, unknown.out) == (1, "")
    assert "No organisation has the code nobody." in unknown.err
    assert run("key", "create", "--organisation", FARM, "--scope", "everything").status == 2
    past = ("--legal-name", "HTX", "--expires", "2020-01-01")
    assert run("key", "create", "--organisation", FARM, *past).status == 1
    ended = run("key", "revoke", "nothing")
    assert (ended.status, ended.out) == (1, "")
    assert run("key", "list", "--organisation", "nobody").status == 1
    assert run("key", "list").out == ""
