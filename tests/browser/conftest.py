# SPDX-License-Identifier: Apache-2.0
"""Debian's chromium without JavaScript, and one server with the demonstration goods for all."""

import os
import shutil
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    sync_playwright,
)

from nguon.app import assemble, compose
from nguon.cli.demonstration import default_folder, load, read_manifest
from nguon.cli.demonstration_people import open_accounts
from nguon.identity import keys
from nguon.identity.visibility import KeyKind
from nguon.settings import load as settings_of
from nguon.web import start
from nguon.web.services import Services
from tests.accounts import session_of, somebody

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_MISSING = "no chromium on this machine: the browser tests did not run"


@pytest.fixture(scope="session", autouse=True)
def loaded() -> Iterator[None]:
    """Whoever clicks or presses has the page that this leads to loaded when the call returns.

    Playwright's own calls return when a navigation commits, before the new page is parsed:
    what then looks at once (``is_visible``, ``count``, ``url``) is in a race. A page that stays
    is loaded already and is not waited for; one that closes itself neither.
    """

    def waiting(acting: Callable[..., None]) -> Callable[..., None]:
        def acts(self: Locator | Page, *args: Any, **more: Any) -> None:
            acting(self, *args, **more)
            page = self.page if isinstance(self, Locator) else self
            if not page.is_closed():
                page.wait_for_load_state("load")

        return acts

    with pytest.MonkeyPatch.context() as patch:
        for kind in (Locator, Page):
            for name in ("click", "press"):
                patch.setattr(kind, name, waiting(getattr(kind, name)))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's chromium."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def running(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Services]]:
    """A server with the demonstration goods: its address, and what it works with."""
    with serving(sqlite_template, tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def apart(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[str, Services]]:
    """A server of its own, for a story after which the goods are not what they were."""
    folder = tmp_path / "site"
    folder.mkdir()
    with serving(sqlite_template, folder) as found:
        yield found


@contextmanager
def serving(template: Path, folder: Path) -> Iterator[tuple[str, Services]]:
    """A server with the demonstration goods over a new store in the folder."""
    shutil.copy(template, folder / "nguon.db")
    goods = default_folder()
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = settings_of({"NGUON_DATA": str(folder), "NGUON_WORKERS": "0"})
    start.write(folder, read_manifest(goods).start)
    services = compose(
        replace(
            settings,
            database_url=f"sqlite:///{folder / 'nguon.db'}",
            base_url=address,
            media=goods / "media",
        )
    )
    load(services.store, services.capture, goods, read_manifest(goods), lambda _: None)
    config = uvicorn.Config(assemble(services), log_config=None, lifespan="on", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield address, services
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="session")
def site(running: tuple[str, Services]) -> str:
    """The address of a server with the demonstration goods."""
    return running[0]


@pytest.fixture(scope="session")
def secret(running: tuple[str, Services]) -> str:
    """An inspector's key to the workspace."""
    _, made = keys.create(
        running[1].store, 1, name="browser", scopes=("trace",), kind=KeyKind.INSPECTOR
    )
    return made


@pytest.fixture
def opened(browser: Browser, site: str, secret: str) -> Iterator[Callable[..., Page]]:
    """Opens pages with a key, a screen, a language and a taste; JavaScript is off."""
    contexts: list[BrowserContext] = []
    credentials = b64encode(f"inspector:{secret}".encode()).decode()

    def opening(
        path: str, *, width: int = 360, language: str = "vi-VN", script: bool = False, **taste: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740},
            locale=language,
            java_script_enabled=script,
            extra_http_headers={"authorization": f"Basic {credentials}"},
            **taste,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(site + path)
        return page

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture
def as_person(
    browser: Browser, running: tuple[str, Services]
) -> Iterator[Callable[..., Callable[..., Page]]]:
    """``as_person(role, organisation)`` gives an opener of pages in one signed-in browser.

    Each opened page is a new tab of the same person; JavaScript is off unless asked for.
    """
    site, services = running
    contexts: list[BrowserContext] = []

    def person(
        role: str = "clerk",
        organisation: int = 1,
        *,
        width: int = 360,
        language: str = "vi-VN",
        script: bool = False,
        **taste: Any,
    ) -> Callable[..., Page]:
        context = browser.new_context(
            viewport={"width": width, "height": 740},
            locale=language,
            java_script_enabled=script,
            **taste,
        )
        contexts.append(context)
        store = services.store
        token = session_of(store, somebody(store, role, organisation))
        context.add_cookies([{"name": "session", "value": token, "url": site}])

        def opening(path: str) -> Page:
            page = context.new_page()
            page.goto(site + path)
            return page

        return opening

    yield person
    for context in contexts:
        context.close()


@pytest.fixture
def signs_in(
    browser: Browser, running: tuple[str, Services]
) -> Iterator[Callable[[str], Callable[[str], Page]]]:
    """``signs_in(login)``: somebody of the demonstration types name and password on a phone.

    Gives an opener of pages in that browser, 360 px wide, JavaScript off.
    """
    site, services = running
    people = read_manifest(default_folder()).person
    password = open_accounts(services.store, people, services.documents.parent)
    contexts: list[BrowserContext] = []

    def entering(login: str) -> Callable[[str], Page]:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, locale="vi-VN", java_script_enabled=False
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site}/account/sign-in")
        page.locator('[name="login"]').fill(login)
        page.locator('[name="password"]').fill(password)
        page.locator('main button[type="submit"], main button').first.click()
        assert "/account/sign-in" not in page.url, page.inner_text("main")

        def opening(path: str) -> Page:
            page.goto(path if path.startswith("http") else site + path)
            return page

        return opening

    yield entering
    for context in contexts:
        context.close()
