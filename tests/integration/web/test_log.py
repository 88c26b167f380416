# SPDX-License-Identifier: Apache-2.0
"""The log over HTTP: its files and nothing else, its page, its state for programs and monitors."""

import gzip
import http.client
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.settings import Settings
from nguon.tlog.anchors import export
from nguon.tlog.completing import Lag
from nguon.tlog.errors import RefusedError
from nguon.transparency.bundles import read_bundle
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.hashing import leaf_hash, leaf_hashes, root_of
from nguon.transparency.keys import Key, Kind, Signer, read_key
from nguon.transparency.notes import known
from nguon.transparency.policies import read_policy, write_policy
from nguon.transparency.tiles import Tile, tile_at
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.samples import document, event
from tests.timestamp_server import Authority, serving

FOREVER = "public, max-age=31536000, immutable"


def recorded(server: Server, *numbers: int) -> int:
    """Has events recorded and signed; gives the size of the log."""
    answer = server.member().post("/epcis/capture", json=document(*map(event, numbers)))
    answer.raise_for_status()
    return server.services.tlog.turn().size


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    """A server for tests that only add to the log and look at it."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("log"), sqlite_template))
    recorded(running[2], *range(1001, 1301))
    yield running[2]
    stop(*running)


def raw(server: Server, path: str, method: str = "GET") -> tuple[int, http.client.HTTPMessage]:
    """Asks for a path exactly as it is spelled."""
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=10)
    try:
        connection.putrequest(method, path, skip_host=False)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


def test_a_stranger_proves_the_log_from_its_files_alone(server: Server) -> None:
    size = recorded(server, *range(1, 301))
    client = server.client()
    keys = [read_key(line) for line in client.get("/log/keys").text.splitlines()]
    policy = read_policy(client.get("/log/policy").content)
    assert [log.key for log in policy.logs] == keys
    answer = client.get("/log/1/checkpoint")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    seen = open_checkpoint(answer.content, known(keys)).checkpoint
    assert (seen.size, seen.origin) == (size, f"{server.base_url[7:]}/log/1")
    entries: list[bytes] = []
    for index in range(-(-size // 256)):
        bundle, tile = tile_at(-1, index, size), tile_at(0, index, size)
        entries += read_bundle(client.get(f"/log/1/{bundle.path}").content, bundle.width)
        hashes = client.get(f"/log/1/{tile.path}")
        assert hashes.headers["cache-control"] == FOREVER
        assert hashes.content == b"".join(leaf_hashes(entries[index * 256 :]))
    assert root_of(leaf_hashes(entries)) == seen.root
    assert len(entries) == size
    for name in ("/log/keys", "/log/policy", "/log/1/checkpoint"):
        headers = client.get(name, headers={"origin": "https://other.example"}).headers
        assert headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in headers


def test_headers_of_tiles(shared: Server) -> None:
    size = recorded(shared, 1)
    client = shared.client()
    for path in (Tile(0, 0).path, tile_at(0, 1, size).path, Tile(1, 0, 1).path):
        answer = client.get(f"/log/1/{path}", headers={"accept-encoding": "gzip"})
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "content-encoding" not in answer.headers
        assert "vary" not in answer.headers
        head = client.head(f"/log/1/{path}")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(answer.content))
    for wanted in ("gzip", "identity"):
        with client.stream(
            "GET", "/log/1/tile/entries/000", headers={"accept-encoding": wanted}
        ) as answer:
            octets = b"".join(answer.iter_raw())
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["content-length"] == str(len(octets))
            packed = answer.headers.get("content-encoding")
        assert packed == ("gzip" if wanted == "gzip" else None)
        assert len(read_bundle(gzip.decompress(octets) if packed else octets, 256)) == 256
    for method in ("POST", "PUT", "DELETE"):
        answer = client.request(method, "/log/1/checkpoint")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert client.request(method, "/log/policy").status_code == 405


def test_the_checkpoint_is_always_the_newest(shared: Server) -> None:
    client = shared.client()
    for number in range(1, 4):
        size = recorded(shared, number)
        assert client.get("/log/1/checkpoint").text.splitlines()[1] == str(size)


def test_a_partial_tile_that_is_gone_is_not_found_and_the_full_one_is_there(
    start: Any, on_sqlite: Settings
) -> None:
    server = start(on_sqlite)
    recorded(server, *range(1, 11))
    size = recorded(server, *range(11, 301))
    client = server.client()
    folder = server.services.tlog.files.folder / "1"
    assert client.get(f"/log/1/{tile_at(0, 1, size).path}").status_code == 200
    gone = list(folder.glob("tile/0/000.p/*"))
    for each in gone:
        each.unlink()
    answer = client.get("/log/1/tile/0/000.p/10")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert client.get("/log/1/tile/0/000").status_code == 200


def test_nothing_else_on_the_disk_can_be_reached(start: Any, on_sqlite: Settings) -> None:
    server = start(on_sqlite)
    recorded(server, 1)
    files = server.services.tlog.files
    (files.folder / "1" / "secret").write_text("secret")
    (files.folder / "2").symlink_to(files.state.parent)
    inside = files.state.name
    paths = [
        *(f"/log/../{inside}", f"/log/1/../../{inside}", f"/log/1/..%2f..%2f{inside}"),
        *(f"/log/%2e%2e/{inside}", f"/log/2/{inside}", "/log/1/secret", "/log/1/tile/../secret"),
        *("/log//1/checkpoint", "//log/1/checkpoint", "/log/1//checkpoint", "/log/1/checkpoint/"),
        *("/log/%31/checkpoint", "/lo%67/1/checkpoint", "/log/01/checkpoint", "/log/-1/checkpoint"),
        *(
            "/log/1%00/checkpoint",
            "/log/1/checkpoint%00",
            "/log/1/tile%2f0%2f000",
            "/log/1%2fcheckpoint",
        ),
        *(
            "/log/1",
            "/log/1/",
            "/log/1/tile",
            "/log/1.map.sqlite",
            "/log/1/.new/",
            "/log/999999999/checkpoint",
        ),
        *(
            "/log/policy/",
            "/log/keys%20",
            "/log/policy/../keys",
            "/log/nothing",
            "/log/" + "1" * 5000,
        ),
        *(
            "/log/1/tile/0/" + "x999/" * 8000 + "999",
            "/log/1/anchors/..",
            "/log/1/subjects/" + "0" * 64,
        ),
        *("/log/1/checkpoint;x", "/log/\\..\\1", "/log/1/t%c3%aan", "/log/1/%ff"),
    ]
    wrong = {path[:60]: status for path in paths if (status := raw(server, path)[0]) != 404}
    assert wrong == {}
    for path in ("/log/1/checkpoint?x=1", "/log/1/tile/0/000.p/1?%2e"):
        status, headers = raw(server, path)
        assert (status, headers["cache-control"]) == (400, "no-store")
    assert raw(server, "/log/1/checkpoint")[0] == 200


def test_before_the_log_has_begun_nothing_is_there(start: Any, on_sqlite: Settings) -> None:
    server = start(on_sqlite)
    tlog = server.services.tlog
    assert server.client().get("/log").status_code == 200
    deadline = time.monotonic() + 5
    while not tlog.shards() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.client().get("/log/2/checkpoint").status_code == 404


def test_the_state_for_programs(server: Server) -> None:
    before = datetime.now(UTC)
    size = recorded(server, 1, 2, 3)
    client = server.client()
    told = client.get("/api/v1/log").json()
    [shard] = told["shards"]
    signed = server.services.tlog.signed(server.services.tlog.current())
    assert signed is not None
    assert (told["recorded"], shard["size"], shard["witnessed"]) == (size, size, size)
    assert shard["address"] == f"{server.base_url}/log/1"
    assert (shard["open"], shard["first"]) == (True, 1)
    assert shard["keys"] == client.get("/log/keys").text.splitlines()
    assert shard["root"] == client.get("/log/1/checkpoint").text.splitlines()[2]
    assert abs((datetime.fromisoformat(shard["time"]) - before).total_seconds()) < 60
    assert (told["quorum"], told["witnesses"], told["refusal"]) == ("none", [], None)
    assert (told["timestamps"], told["troubles"]) == (False, [])
    health = client.get("/healthz").json()
    assert health["log"] == {"signed": size, "refusal": None}


def test_a_log_that_does_not_sign_says_so_loudly(start: Any, on_sqlite: Settings) -> None:
    server = start(on_sqlite)
    recorded(server, 1)
    path = "/srv/nguon/secret-place/log-state.sqlite"
    server.services.tlog.refuse(RefusedError("tlog.state-lost", path=path))
    client = server.client()
    told = client.get("/api/v1/log").json()
    assert told["refusal"]["code"] == "tlog.state-lost"
    assert "log-state.sqlite" in told["refusal"]["message_en"]
    for language, words in (("en", "does not sign at present"), ("vi", "hiện không ký")):
        page = client.get(f"/log?lang={language}").text
        assert words in page
        assert 'role="alert"' in page
        assert told["refusal"][f"message_{language}"].replace("“", "&ldquo;")[:20] in page
    assert "secret-place" not in page + str(told)
    health = client.get("/healthz")
    assert (health.status_code, health.json()["log"]["refusal"]) == (200, "tlog.state-lost")
    # What was signed before is served as ever.
    assert client.get("/log/1/checkpoint").status_code == 200


def test_a_state_file_that_is_gone_hides_nothing_else(start: Any, on_sqlite: Settings) -> None:
    server = start(on_sqlite)
    recorded(server, 1)
    tlog = server.services.tlog
    tlog.close()
    tlog.files.state.unlink()
    told = server.client().get("/api/v1/log").json()
    assert told["recorded"] >= 1
    assert server.client().get("/log").status_code == 200
    assert server.client().get("/healthz").status_code == 200


def _key(name: str) -> Key:
    return Signer(name, Kind.COSIGNATURE, sha256(name.encode()).digest()).key


POLICY = f"""
witness bo-y-te {_key("w1.example")} http://127.0.0.1:1/
witness bo-cong-thuong {_key("w2.example")}
witness nguoi-tieu-dung {_key("w3.example")}
group bo 1 bo-y-te bo-cong-thuong
group du 2 bo nguoi-tieu-dung
quorum du
"""


def test_witnesses_and_how_many_are_enough(start: Any, on_sqlite: Settings) -> None:
    on_sqlite.log_policy.parent.mkdir(parents=True, exist_ok=True)
    on_sqlite.log_policy.write_text(POLICY)
    server = start(on_sqlite)
    size = recorded(server, 1, 2)
    server.services.collector.once(server.services.tlog.current())
    client = server.client()
    told = client.get("/api/v1/log").json()
    assert [one["name"] for one in told["witnesses"]] == [
        "bo-y-te",
        "bo-cong-thuong",
        "nguoi-tieu-dung",
    ]
    assert told["witnesses"][0]["trouble"]["code"] == "witness.trouble-unreachable"
    assert (told["quorum"], told["shards"][0]["witnessed"]) == ("du", None)
    assert told["shards"][0]["size"] == size
    assert "chưa xác nhận các mục mới nhất" in client.get("/log?lang=vi").text
    page = client.get("/log?lang=vi").text
    assert "khi tất cả cùng ký làm chứng: bo, nguoi-tieu-dung." in page
    assert "bo: một trong bo-y-te, bo-cong-thuong." in page
    assert told["witnesses"][0]["trouble"]["message_vi"] in page
    policy = read_policy(client.get("/log/policy").content)
    expected = read_policy(POLICY.encode())
    assert (policy.witnesses, policy.groups, policy.quorum) == (
        expected.witnesses,
        expected.groups,
        "du",
    )
    assert [log.key.name for log in policy.logs] == [told["shards"][0]["origin"]]
    assert read_policy(write_policy(policy)) == policy


def test_a_policy_that_cannot_be_read_is_trouble_not_an_error(
    start: Any, on_sqlite: Settings
) -> None:
    server = start(on_sqlite)
    recorded(server, 1)
    on_sqlite.log_policy.write_text("nonsense\n")
    client = server.client()
    told = client.get("/api/v1/log").json()
    assert "transparency.policy-word" in {one["code"] for one in told["troubles"]} | {
        shard["trouble"]["code"] for shard in told["shards"] if shard["trouble"]
    }
    assert client.get("/log").status_code == 200
    assert client.get("/log/policy").status_code == 422
    assert client.get("/log/1/checkpoint").status_code == 200


def test_anchors_are_shown_and_served(
    start: Callable[..., Server], on_sqlite: Settings, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "tsa")
    with serving(authority.reply) as address:
        server = start(on_sqlite, log_tsa=address, log_tsa_certs=authority.certificates)
        size = recorded(server, 1)
        tlog, anchoring = server.services.tlog, server.services.anchoring
        assert anchoring is not None
        made = anchoring.once(tlog.current())
    assert made is not None
    folder = tlog.folder(tlog.current())
    [note] = list(
        server.services.tlog.folder(tlog.current()).path.glob(f"anchors/{made.size}.note")
    )
    digest = sha256(note.read_bytes().partition(b"\n\n")[0] + b"\n").hexdigest()
    form = '{"format":"nguon/anchor-proof@v1","carrier":"<b>X</b>","reference":"r","sha256":"%s"}'
    export.take_back([folder], (form % digest).encode(), 1_790_000_000)
    client = server.client()
    [shard] = client.get("/api/v1/log").json()["shards"]
    assert (shard["stamped"]["size"], shard["stamped"]["by"]) == (made.size, "Test TSA")
    assert made.size <= size
    for name, media in (("token", "application/timestamp-reply"), ("checkpoint", "text/plain")):
        answer = client.get(shard["stamped"][name])
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOREVER)
        assert answer.headers["content-type"].startswith(media)
    assert [one["carrier"] for one in shard["carried"]] == ["<b>X</b>"]
    page = client.get("/log?lang=en").text
    assert "stamped by Test TSA" in page
    assert "carried by &lt;b&gt;X&lt;/b&gt; (r); not checked here" in page
    (authority.certificates).unlink()
    [shard] = client.get("/api/v1/log").json()["shards"]
    assert shard["stamped"]["trouble"]["code"] == "anchors.certificates"
    assert shard["stamped"]["time"] is None


def test_trouble_with_the_authority_is_on_the_page(start: Any, on_sqlite: Settings) -> None:
    server = start(on_sqlite, log_tsa="http://127.0.0.1:1/", log_tsa_certs=Path("/nonexistent"))
    recorded(server, 1)
    anchoring = server.services.anchoring
    anchoring.look(lambda: 1e9)
    client = server.client()
    assert [one["code"] for one in client.get("/api/v1/log").json()["troubles"]] == [
        "anchors.certificates"
    ]
    assert "cannot be read" in client.get("/log?lang=en").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_map_that_lags_is_said(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(server, 1)
    client = server.client()
    for lag, late in ((Lag(7, 600.9), False), (Lag(7, 660.0), True), (Lag(0, 0.0), False)):
        monkeypatch.setattr(server.services.completer, "lag", lambda lag=lag: lag)
        told = client.get("/api/v1/log").json()
        assert told["map"] == {"entries": lag.entries, "seconds": int(lag.seconds)}
        assert [one["code"] for one in told["troubles"]] == ["log.map-late"] * late
        page = client.get("/log?lang=en").text
        assert ("7 entries behind, since 11 min" in page) is late
        assert ("7 entries, " in page) is (lag.entries > 0)


def test_the_page_needs_no_script_and_links_the_verifier(shared: Server) -> None:
    recorded(shared, 1)
    client = shared.client()
    for language in ("vi", "en"):
        answer = client.get(f"/log?lang={language}")
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert 'href="/log/verifier"' in answer.text
        for address in re.findall(r'href="(/log/[^"]+)"', answer.text):
            if address != "/log/verifier":
                assert client.get(address).status_code == 200, address
    assert 'href="/log"' in client.get("/").text


def test_many_at_once_get_the_same_octets(shared: Server) -> None:
    size = recorded(shared, 1)
    path = f"/log/1/{tile_at(0, 0, size).path}"
    with httpx.Client(base_url=shared.base_url) as client:
        first = client.get(path).content
        assert all(client.get(path).content == first for _ in range(50))
    entries = shared.client().get("/log/1/tile/entries/000").content
    assert leaf_hash(read_bundle(entries, 256)[0]) == first[:32]
