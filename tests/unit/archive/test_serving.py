# SPDX-License-Identifier: Apache-2.0
"""A log's folder over HTTP: its paths and no others, headers, compression, memory."""

import asyncio
import gzip
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.archive.folder import Folder
from nguon.archive.served import Answer, Remembered, read_file, wants_gzip
from nguon.archive.serving import static
from nguon.transparency.bundles import write_bundle
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import leaf_hashes
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.tiles import ENTRIES, Tile

SIZE = 300
ENTRY = [b'{"entry":%d}' % number for number in range(SIZE)]
LISTED = sha256(b"list").hexdigest()
FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 300 entries; tiles for 301 lie there, which nothing was signed over."""
    made = Folder(tmp_path_factory.mktemp("log") / "1")
    grown = grow(Edge(), leaf_hashes(ENTRY))
    further = grow(grown.edge, leaf_hashes([b"unsigned"]))
    for tile, octets in (*grown.tiles, *further.tiles):
        made.write(tile, octets)
    made.write(Tile(ENTRIES, 0), write_bundle(ENTRY[:256]))
    made.write(Tile(ENTRIES, 1, 44), write_bundle(ENTRY[256:]))
    made.put(f"subjects/{LISTED}", b"[]")
    made.put("anchors/300.note", b"note\n")
    made.put("anchors/300.tsr", b"stamp")
    made.put("anchors/300-0123456789abcdef.json", b"{}")
    checkpoint = Checkpoint("log.example/log/1", SIZE, grown.edge.root())
    made.publish(
        bytes(sign_checkpoint(checkpoint, Signer(checkpoint.origin, Kind.SIGNATURE, b"k" * 32)))
    )
    (made.path / "secret").write_bytes(b"secret")
    (made.path.parent / "log.key").write_bytes(b"secret")
    return made.path


Told = tuple[int, dict[str, str], bytes]


class Asking:
    """Asks an application as ASGI does, with the path exactly as it is given."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(
        self, path: str, method: str = "GET", query: bytes = b"", accept: str = ""
    ) -> Told:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        raw = path.encode("utf-8", "surrogatepass")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": raw,
            "query_string": query,
            "headers": [(b"accept-encoding", accept.encode())] if accept else [],
        }
        asyncio.run(self._app(scope, None, send))
        start, body = sent
        pairs = [(name.decode(), value.decode()) for name, value in start["headers"]]
        assert len(dict(pairs)) == len(pairs)
        return start["status"], dict(pairs), body["body"]


@pytest.fixture
def ask(folder: Path) -> Asking:
    return Asking(static(folder))


def test_the_checkpoint_is_for_nobody_to_keep(ask: Asking, folder: Path) -> None:
    for _ in range(2):
        status, headers, body = ask("/checkpoint")
        assert (status, body) == (200, (folder / "checkpoint").read_bytes())
        assert headers == {
            "content-type": "text/plain; charset=utf-8",
            "content-length": str(len(body)),
            "cache-control": "no-store",
            "access-control-allow-origin": "*",
            "x-content-type-options": "nosniff",
        }


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("tile/0/000", "application/octet-stream"),
        ("tile/0/001.p/44", "application/octet-stream"),
        ("tile/1/000.p/1", "application/octet-stream"),
        (f"subjects/{LISTED}", "application/json"),
        ("anchors/300.note", "text/plain; charset=utf-8"),
        ("anchors/300.tsr", "application/timestamp-reply"),
        ("anchors/300-0123456789abcdef.json", "application/json"),
    ],
)
def test_what_never_changes_is_kept_for_ever(
    ask: Asking, folder: Path, path: str, media: str
) -> None:
    octets = (folder / path).read_bytes()
    for accept in ("", "gzip"):
        status, headers, body = ask(f"/{path}", accept=accept)
        assert (status, body) == (200, octets)
        assert headers["content-type"] == media
        assert headers["cache-control"] == FOREVER
        assert headers["content-length"] == str(len(octets))
        assert headers["access-control-allow-origin"] == "*"
        assert not {"vary", "content-encoding", "set-cookie", "etag"} & set(headers)


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/001.p/44"])
def test_bundles_are_compressed_for_who_takes_that(ask: Asking, folder: Path, path: str) -> None:
    octets = (folder / path).read_bytes()
    for accept, packed in (
        ("", False),
        ("br", False),
        ("gzip", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("identity, gzip;q=0.000", False),
        ("notgzip", False),
        ("gzip", True),
    ):
        status, headers, body = ask(f"/{path}", accept=accept)
        assert (status, headers["vary"]) == (200, "Accept-Encoding")
        assert headers["content-length"] == str(len(body))
        assert headers.get("content-encoding") == ("gzip" if packed else None)
        assert (gzip.decompress(body) if packed else body) == octets
        assert len(body) < len(octets) if packed else True


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "",
            "//checkpoint",
            "/checkpoint/",
            "/Checkpoint",
            "/checkpoint%00",
            "/./checkpoint",
        ),
        *("/secret", "/../log.key", "/tile/../secret", "/tile/0/../../secret", "/tile/0/000/.."),
        *(
            "/tile/0/000%2Ep/5",
            "/tile%2F0%2F000",
            "/%2e%2e/log.key",
            "/..%2flog.key",
            "/tile/0//000",
        ),
        *(
            "/tile/0/000/",
            "/tile//0/000",
            "/tile/00/000",
            "/tile/0/0",
            "/tile/0/x000/000",
            "/tile/64/000",
        ),
        *("/tile/0/001.p/0", "/tile/0/001.p/256", "/tile/0/001.p/044", "/tile/0/001.p/44/"),
        *("/tile/0/001", "/tile/0/002", "/tile/0/001.p/43", "/tile/2/000.p/1", "/tile/0", "/tile"),
        # There on the disk, and no checkpoint was signed over it.
        "/tile/0/001.p/45",
        *(
            f"/subjects/{'0' * 64}",
            f"/subjects/{LISTED.upper()}",
            "/subjects",
            "/subjects/",
            "/subjects/..",
        ),
        *(
            "/anchors/301.note",
            "/anchors/0300.note",
            "/anchors/300.pem",
            "/anchors/",
            "/anchors/../secret",
        ),
        *(
            "/.new/1-1",
            "/tile/0/000\n",
            "/checkpoint\n",
            "/tile/0/\u0660\u0660\u0660",
            "/\udcff",
            "/t\u00ean",
        ),
        *("/tile/0/" + "x123/" * 30_000 + "123", "/" + "a" * 100_000),
    ],
    ids=lambda path: repr(path)[:40],
)
def test_everything_else_is_not_found(ask: Asking, path: str) -> None:
    status, headers, body = ask(path)
    assert status == 404
    assert headers["cache-control"] == "no-store"
    assert headers["access-control-allow-origin"] == "*"
    assert b"secret" not in body


def test_a_query_is_refused_before_and_after_it_is_remembered(ask: Asking) -> None:
    for _ in range(2):
        assert ask("/tile/0/000", query=b"x=1")[0] == 400
        assert ask("/checkpoint", query=b"x")[0] == 400
        assert ask("/tile/0/000")[0] == 200


def test_methods(ask: Asking, folder: Path) -> None:
    for path in ("/checkpoint", "/tile/0/000", "/tile/entries/000"):
        length = str((folder / path[1:]).stat().st_size)
        for _ in range(2):
            status, headers, body = ask(path, "HEAD")
            assert (status, headers["content-length"], body) == (200, length, b"")
            assert ask(path)[2] == (folder / path[1:]).read_bytes()
        for method in ("POST", "PUT", "DELETE", "PATCH", "PROPFIND"):
            status, headers, _ = ask(path, method)
            assert (status, headers["allow"]) == (405, "GET, HEAD, OPTIONS")
            assert headers["cache-control"] == "no-store"
        status, headers, body = ask(path, "OPTIONS")
        assert (status, headers["access-control-allow-methods"], body) == (
            204,
            headers["allow"],
            b"",
        )


def test_links_and_what_is_no_file_are_not_followed(folder: Path, tmp_path: Path) -> None:
    made = Folder(tmp_path / "log")
    made.publish((folder / "checkpoint").read_bytes())
    (tmp_path / "log" / "tile" / "0").mkdir(parents=True)
    (tmp_path / "log" / "tile" / "0" / "000").symlink_to(folder / "secret")
    (tmp_path / "log" / "tile" / "1").symlink_to(folder / "tile" / "1")
    os.mkfifo(tmp_path / "log" / "tile" / "0" / "001.p")
    (tmp_path / "log" / "tile" / "entries" / "000").mkdir(parents=True)
    (tmp_path / "beside").symlink_to(tmp_path / "log")
    ask = Asking(static(tmp_path / "log"))
    for path in ("/tile/0/000", "/tile/1/000.p/1", "/tile/0/001.p/44", "/tile/entries/000"):
        assert ask(path)[0] == 404, path
    os.mkfifo(tmp_path / "log" / "subjects")
    assert ask(f"/subjects/{LISTED}")[0] == 404
    # The folder itself may lie behind a link.
    assert Asking(static(tmp_path / "beside"))("/checkpoint")[0] == 200


def test_a_disk_that_fails_is_not_a_tile_that_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any, **__: Any) -> int:
        raise OSError(5, "Input/output error")

    ask = Asking(static(folder))
    monkeypatch.setattr("nguon.archive.served.os.open", failing)
    status, headers, _ = ask("/checkpoint")
    assert (status, headers["cache-control"], headers["retry-after"]) == (503, "no-store", "5")
    monkeypatch.undo()
    assert ask("/checkpoint")[0] == 200


def test_before_the_first_checkpoint_there_is_nothing(tmp_path: Path, folder: Path) -> None:
    Folder(tmp_path).write(Tile(0, 0), (folder / "tile/0/000").read_bytes())
    ask = Asking(static(tmp_path))
    assert [ask(path)[0] for path in ("/checkpoint", "/tile/0/000")] == [404, 404]
    Folder(tmp_path).publish(b"no checkpoint")
    assert [ask(path)[0] for path in ("/checkpoint", "/tile/0/000")] == [200, 404]
    Folder(tmp_path).publish((folder / "checkpoint").read_bytes())
    assert ask("/tile/0/000")[0] == 200


def test_below_a_mount(folder: Path) -> None:
    app = static(folder)

    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "root_path": "/mirror"}, receive, send)

    assert Asking(mounted)("/mirror/checkpoint")[0] == 200
    assert Asking(mounted)("/other/checkpoint")[0] == 404


def test_memory_has_an_end_and_forgets_the_longest_unused() -> None:
    kept = Remembered(100)
    made = [Answer(200, (), bytes(40)) for _ in range(4)]
    for number in range(2):
        kept.keep(("", str(number), False), made[number])
    assert kept.get(("", "0", False)) is made[0]
    kept.keep(("", "2", False), made[2])
    assert [kept.get(("", str(number), False)) for number in range(3)] == [made[0], None, made[2]]
    kept.keep(("", "3", False), Answer(200, (), bytes(101)))
    assert kept.get(("", "3", False)) is None


@given(st.binary(max_size=60))
def test_any_header_is_read(value: bytes) -> None:
    assert wants_gzip([(b"accept-encoding", value)]) in {True, False}


@given(st.text(max_size=60))
def test_any_path_is_answered(path: str) -> None:
    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 404

    raw = path.encode("utf-8", "surrogatepass")
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": raw, "headers": []}

    async def asking() -> None:
        await static(Path("/nonexistent"))(scope, None, send)

    asyncio.run(asking())


def test_a_file_read_straight(folder: Path) -> None:
    assert read_file(folder, "secret") == b"secret"
    assert read_file(folder, "../1/secret") is None
    assert read_file(folder, "none") is None
