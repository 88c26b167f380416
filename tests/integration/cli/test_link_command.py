# SPDX-License-Identifier: Apache-2.0
"""``nguon link``: delegation of prefixes to other resolvers."""

from nguon.registry.links import queries
from nguon.store import open_store
from tests.integration.cli.conftest import Run


def test_a_prefix_is_delegated_and_taken_back(run: Run, database_url: str) -> None:
    done = run("link", "delegate", "9521101", "https://id.brand.example/", "--title", "Brand")
    assert done.status == 0
    number = done.out.strip()
    listed = run("link", "delegations").out
    assert listed == f"{number}  9521101  https://id.brand.example  Brand\n"
    refused = run("link", "delegate", "95", "https://id.brand.example/", "--title", "Brand")
    assert refused.status == 1
    assert "links.prefix" in refused.err or "95" in refused.err
    assert run("link", "end", number).out == f"{number} ended\n"
    assert run("link", "end", number).status == 1
    with open_store(database_url) as store:
        assert queries.delegations(store) == []
        assert [one.id for one in queries.delegations(store, ended=True)] == [number]
