# SPDX-License-Identifier: Apache-2.0
"""Every page that people can open, found by following links and checked against the route table.

What is read of a page is read as it was sent: the scan page alone has a script,
which shows the camera; it works without. The
browser then shows each page once, in three widths and two schemes, and axe
looks at it.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from nguon.app import framework
from nguon.attesting.issuing import issue
from nguon.attesting.model import IssueAsked, Kind, PaperAsked
from nguon.attesting.receiving import keep_paper
from nguon.attesting.signing import kept
from nguon.base.messages import Language, catalogue
from nguon.base.quantity import Quantity
from nguon.cli.demonstration import default_folder, read_manifest
from nguon.cli.demonstration_works import settle
from nguon.entries.model import Entry, Harvest, Line, Receive, Ship
from nguon.entries.service import Sending, record
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.parties.enrolment import officers
from nguon.parties.grants import service as grants
from nguon.parties.grants.model import GrantAsked
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import KeyScope
from nguon.recall import service as recalls
from nguon.recall.inputs import Finding, FindingKind, Opening, ScopeChoice
from nguon.recall.model import Origin
from nguon.registry.bridge import service as bridge
from nguon.registry.bridge.model import Claim, System
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store.registry_tables import place
from nguon.web.services import Services
from tests.accounts import proved_session_of, somebody

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

COOPERATIVE, PACKER = "htx-nhan-tan-hung", "htx-sau-rieng-ea-phe"
OFFICE, SHOPS = "chi-cuc-trong-trot-dak-lak", "chuoi-nong-san-sen-viet"
LOT, BOX = "01/09521202000182/10/SR260817", "01/09521101000023/10/TH260806H/21/26080007"
AREA = "vn-area:VN-DLOR-9521"
ORCHARD, HOUSE = "414/9521101002010", "414/9521101000016"
FRUIT = "01/09521101000016"

STARTS: Mapping[str, tuple[str, ...]] = {
    "public": (
        *("/", "/r?q=nhan", f"/r/place/{AREA}", "/r/state", "/log", f"/p/{BOX}", f"/p/{LOT}"),
        *("/find?code=https://shop.example/01/08938512345673/10/A", f"/scan/about?item={BOX}"),
        *("/find?code=01/123", "/scan", "/account/sign-in", "/docs", "/recalls"),
        *("/enrol", f"/account/invitation/{'x' * 43}"),
        *(f"/account/reset/{'x' * 43}", f"/account/messages/{'x' * 43}"),
    ),
    "officer": (
        "/s",
        f"/s/keys?q={PACKER}",
        "/s/approvals?find=VN-DLOR-9521",
        f"/s/find?code={LOT}",
    ),
    "manager": (
        *("/w", f"/w/trace?item={LOT}", f"/w/lots?item={LOT}", "/account"),
        *("/w/links?key=01/09521101000023", "/w/enrolment/login"),
        *("/w/print", f"/w/print?code={LOT}", f"/w/print?code={LOT}&purpose=china"),
    ),
    "clerk": ("/w", "/w/receive/scan?code=x", f"/w/trace?item={BOX}&direction=forward"),
    "operator": ("/s", "/w"),
}
"""Where each begins, with what is typed into boxes."""

FILES = re.compile(
    r"\.(atom|csv|geojson|json|pdf|png|svg)$|/(evidence|export|trace/files|template|media|static|documents|package|statement)\b"
    r"|^/stoplist$"
)
APART = re.compile(r"^/(api|epcis|healthz|static|media)\b")
NOT_BY_LINKS = {
    "/account/confirm": "comes before what a stolen session must not do",
    "/account/oidc/link": "follows a visit to a provider",
    "/account/oidc/{provider:str}/callback": "a provider leads there",
    "/account/oidc/{provider:str}/start": "leads to a provider",
    "/account/recovery": "follows a form; shown once",
    "/account/second": "follows signing in",
    "/w/people/reset": "follows a form; shown once",
    "/account/typed": "follows a form that was sent after its session had ended",
    "/case/{reference:str}": "follows a report (test_dispute_story)",
    "/s/cases/{number:str}": "follows a report (test_dispute_story)",
    "/w/cases/{number:str}": "follows a report (test_dispute_story)",
    "/w/cases/files/{number:str}": "a file of a case",
    "/s/find": "leads on to what was asked for",
    "/recalls/{number:str}": "follows a decision (test_recall_story)",
    "/w/recalls/{site:str}": "follows a decision (test_recall_story)",
    "/w/recalls/{site:str}/answer": "follows a decision (test_recall_story)",
    "/w/recalls/{site:str}/dispose": "follows a decision (test_recall_story)",
    **{
        f"/s/recalls/{{number:str}}/{end}": "follows a decision (test_recall_story)"
        for end in ("files/{file:str}", "release", "report", "sites", "sites/{site:str}")
    },
    **{
        f"/w/quality/recalls/{{number:str}}{end}": "the desk's pages at the maker's address"
        for end in (
            *("/decide", "/files/{file:str}", "/investigate", "/release", "/report"),
            *("/scope", "/sites", "/sites/{site:str}"),
        )
    },
    "/s/inspections/blank": "what a device keeps (test_inspections)",
    "/s/inspections/{number:str}": "follows a visit (test_inspections)",
    "/s/inspections/{number:str}/photos/{at:int}": "a photograph",
    "/r/minutes/{digest:str}": "stands on printed minutes (test_inspections)",
    **{
        f"/stoplist/{part}": "a part of the signed list"
        for part in (
            *("{version:int}/filter", "{version:int}/causes", "{version:int}/shards/{number:int}"),
            *("changes/{since:int}", "lookup.js", "worker.js"),
        )
    },
    "/s/drills/{number:str}": "follows the start of a drill (test_drills)",
    "/w/drills/{number:str}": "follows the start of a drill (test_drills)",
    "/w/drills/{number:str}/answer": "follows the start of a drill (test_drills)",
    "/w/enrolment/households/{token:str}": "follows a sheet that was sent",
    "/w/trace/jobs/{job_id:str}": "follows a form that was sent (test_trace_jobs)",
    "/w/files/{token:str}": "follows a file that was sent",
    "/w/files/{token:str}/errors": "follows a file that was sent",
}
FORMS = ("deliveries", "harvest", "receive", "pack", "ship", "sell", "withdraw")
DEEPEST = 2
LONG = 24
"""Longer texts of a catalogue are no names that data may have too."""
SOME = 3
"""So many pages of one route are opened in search of others."""
_SMALL = """() => [...document.querySelectorAll(
    'main a, main button, main select, main summary, main input:not([type=hidden])')]
  .filter(e => e.checkVisibility() && !e.closest('p, dd, td, th, .skip') && !e.disabled)
  .map(e => e.closest('label') || e)
  .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"""


@dataclass(frozen=True)
class Opened:
    """A page that was found: who opened it, how many steps from where, what was sent."""

    who: str
    address: str
    steps: int
    text: str

    @property
    def visible(self) -> str:
        """What it says, without markup."""
        words = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]+>", " ", self.text, flags=re.DOTALL)
        return " ".join(unescape(words).split())


@dataclass(frozen=True)
class Site:
    """The server with somebody of each role."""

    address: str
    sessions: Mapping[str, str]
    templates: tuple[str, ...]
    """Every address that can be asked for, as the route table writes it."""

    def client(self, who: str) -> httpx.Client:
        """Asks as somebody."""
        headers = {"accept": "text/html", "accept-language": "vi"}
        if who in self.sessions:
            headers["cookie"] = f"session={self.sessions[who]}"
        return httpx.Client(base_url=self.address, headers=headers, timeout=30)

    def template(self, path: str) -> str | None:
        """The route that an address belongs to."""
        return next((one for one in self.templates if _pattern(one).match(path)), None)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    some = re.sub(r"\{[^}]*:path\}", ".+", template)
    return re.compile("^" + re.sub(r"\{[^}]*\}", "[^/]+", some) + "$")


@pytest.fixture(scope="module")
def faces(running: tuple[str, Services]) -> Site:
    """The demonstration with its desks, a harvest that was shipped, and people."""
    address, services = running
    store, goods = services.store, default_folder()
    settle(store, goods, read_manifest(goods))
    codes = (COOPERATIVE, PACKER, OFFICE, SHOPS)
    with store.reading() as connection:
        ids = rows.organisation_ids(connection, codes)
        [orchard] = [row["holder"] for row in rows.rows(connection, place, "key", [ORCHARD])]
    own = Principal(ids[COOPERATIVE], "faces", KeyKind.MEMBER, Role.CLERK.scopes, strict=True)
    sending = Sending(store, services.capture, own, services.base_url)
    at, amount = datetime.now(UTC), Quantity(Decimal(120), "KGM")
    entries: list[Entry] = []
    for lot in ("FACES-1", "FACES-2"):
        line = Line(f"{FRUIT}/10/{lot}", amount)
        entries += (
            Harvest(at=at, grower=orchard, area=ORCHARD, product=FRUIT, lot=lot, quantity=amount),
            Receive(at=at, place=HOUSE, giver=orchard, origin=ORCHARD, lines=(line,)),
        )
    record(sending, entries, idempotency="faces-1")
    ship = Ship(at=at, place=HOUSE, receiver=ids[SHOPS], lines=(line,))
    record(sending, [ship], idempotency="faces-2")
    named = Claim(system=System.INTERNAL, source="sổ kho", foreign_id="K-7", item=FRUIT)
    bridge.put(store, own, [named])
    custodian_of(store).make(ids[PACKER], name="Nhà đóng gói", by="faces")
    packer = Principal(ids[PACKER], "faces", KeyKind.MEMBER, Role.MANAGER.scopes, strict=True)
    season = at.date(), at.date() + timedelta(days=90)
    wanted = GrantAsked(
        taker=ids[SHOPS],
        scope=KeyScope(),
        season_from=season[0],
        season_to=season[1],
        request="faces",
    )
    grants.give(store, wanted, by=packer)
    asked = IssueAsked(
        request="faces",
        kind=Kind.INSPECTION,
        title="Biên bản",
        scheme="TCVN",
        number="7",
        holder=ids[PACKER],
        about=(LOT,),
        first_day=season[0],
    )
    issue(store, packer, asked, kept(store))
    paper = PaperAsked(
        attester_name="Phòng thử nghiệm", kind=Kind.TESTING, scheme="TCVN", number="8", about=(LOT,)
    )
    keep_paper(store, packer, paper, "7f" * 32)
    _suspect(store, ids[OFFICE])
    manager = Principal(ids[PACKER], "faces", KeyKind.MEMBER, Role.MANAGER.scopes, strict=True)
    officers.ask(store, manager, code="9952102019", files=[("giay-phep.pdf", b"%PDF-1.7")])
    people = {
        "clerk": ("clerk", COOPERATIVE),
        "manager": ("manager", PACKER),
        "officer": ("officer", OFFICE),
        "operator": ("operator", COOPERATIVE),
    }
    sessions = {
        who: proved_session_of(store, somebody(store, role, ids[code]))
        for who, (role, code) in people.items()
    }
    # Named parts last, so that a fixed address is not taken for a named one.
    known = sorted(
        (route.path for route in framework().routes if "GET" in getattr(route, "methods", ())),
        key=lambda path: (path.count("{"), -len(path)),
    )
    return Site(address, sessions, tuple(known))


def _suspect(store: Store, office: int) -> None:
    """A case of which nobody is told: its scope is settled, nothing is decided."""
    role = Role.OFFICER
    by = Principal(office, "faces", role.kind, role.scopes, strict=True)
    opening = Opening(title="Một lô sầu riêng", origin=Origin.INSPECTION, keys=(LOT,))
    case = recalls.open_case(store, by, opening)
    words = "Vượt ngưỡng."
    finding = Finding(kind=FindingKind.DETERMINE, seen=case.seen, words=words)
    case = recalls.investigate(store, by, case.id, finding)
    recalls.settle_scope(store, by, case.id, ScopeChoice(), seen=case.seen)


@pytest.fixture(scope="module")
def found(faces: Site) -> dict[tuple[str, str], Opened]:
    """One page of each route for each who reaches it, as sent."""
    pages: dict[tuple[str, str], Opened] = {}
    for who in STARTS:
        with faces.client(who) as client:
            for template, page in _followed(faces, client, who):
                pages.setdefault((who, template), page)
    return pages


def _followed(faces: Site, client: httpx.Client, who: str) -> Iterator[tuple[str, Opened]]:
    waiting = deque((start, 0) for start in STARTS[who])
    known: Counter[str] = Counter()
    while waiting:
        address, steps = waiting.popleft()
        template = faces.template(urlsplit(address).path)
        if template is None or APART.match(template) or FILES.search(template):
            continue
        if known[address] or (steps and known[template] >= SOME):
            continue
        known.update((address, template))
        answer = client.get(address)
        if answer.is_redirect:
            waiting.appendleft((answer.headers["location"].removeprefix(faces.address), steps))
            continue
        typed = steps == 0 and answer.status_code in {400, 404, 410}
        assert typed or answer.status_code == 200, (who, address, answer.status_code)
        yield template, Opened(who, address, steps, answer.text)
        links = re.findall(r'<a[^>]* href="(/[^"#]*)', answer.text)
        waiting += [(unescape(link), steps + 1) for link in links if "lang=" not in link]


def test_every_page_is_reached_by_links(faces: Site, found: dict[tuple[str, str], Opened]) -> None:
    reached = {template for _, template in found}
    pages = {
        template
        for template in faces.templates
        if not APART.match(template) and not FILES.search(template)
    }
    assert pages - reached == set(NOT_BY_LINKS)


@pytest.mark.parametrize("who", [who for who in STARTS if who != "public"])
def test_the_menu_has_the_pages_of_the_role(who: str, found: dict[tuple[str, str], Opened]) -> None:
    """Lists and forms without a key are two steps from the start at most."""
    deep = {
        template: page.steps
        for (reader, template), page in found.items()
        if reader == who and "{" not in template and template.startswith(("/w", "/s", "/account"))
    }
    assert {template for template, steps in deep.items() if steps > DEEPEST} == set()
    assert len(deep) >= 8


def test_only_the_camera_and_what_works_without_a_signal_have_a_script(
    found: dict[tuple[str, str], Opened],
) -> None:
    scripted = {page.address for page in found.values() if "<script" in page.text}
    without_signal = {"/w/stoplist", "/stoplist/check", "/s/inspections/new"}
    cameras = {"/scan", "/s/inspections/about"}
    assert {urlsplit(address).path for address in scripted} == {*cameras, *without_signal}


@cache
def _only(language: Language, other: Language) -> tuple[str, ...]:
    """Sentences that stand in one language's catalogue alone."""
    mine, theirs = catalogue(language), catalogue(other)
    told = {one["text"] for one in theirs.values()}
    some = (one["text"] for one in mine.values())
    return tuple(text for text in some if len(text) > LONG and "{" not in text and text not in told)


def test_pages_speak_one_language(faces: Site, found: dict[tuple[str, str], Opened]) -> None:
    codes = set(catalogue("vi"))
    for page in found.values():
        assert '<html lang="vi">' in page.text, page.address
        said = page.visible
        assert codes.isdisjoint(re.findall(r"[a-z]+\.[a-z0-9.-]+", said)), page.address
        if not page.address.startswith("/docs"):
            assert [text for text in _only("en", "vi") if text in said] == [], page.address
    some = {(who, t): page for (who, t), page in found.items() if not t.startswith("/docs")}
    for who in STARTS:
        with faces.client(who) as client:
            client.headers["accept-language"] = "en"
            for (reader, _), page in some.items():
                if reader == who:
                    english = client.get(page.address, follow_redirects=True)
                    told = Opened(who, page.address, 0, english.text)
                    assert '<html lang="en">' in told.text, page.address
                    strange = [text for text in _only("vi", "en") if text in told.visible]
                    assert strange == [], page.address


@pytest.mark.parametrize("name", ["", *FORMS])
def test_entry_forms_are_light(name: str, faces: Site) -> None:
    with faces.client("clerk") as client:
        page = client.get(f"/w/{name}".rstrip("/"))
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
        assert len(page.content) + sum(len(client.get(one).content) for one in sheets) <= 40_000


@pytest.fixture(scope="module")
def showing(browser: Browser, faces: Site) -> Iterator[Callable[[Opened], Page]]:
    """Shows a page as it is found, in a browser of whoever found it."""
    tabs: dict[str, Page] = {}

    def show(page: Opened) -> Page:
        if page.who not in tabs:
            context = browser.new_context(locale="vi-VN", bypass_csp=True)
            if page.who in faces.sessions:
                token = faces.sessions[page.who]
                context.add_cookies([{"name": "session", "value": token, "url": faces.address}])
            context.add_init_script(AXE_SCRIPT)
            tabs[page.who] = context.new_page()
        tab = tabs[page.who]
        tab.set_viewport_size({"width": 360, "height": 740})
        tab.emulate_media(color_scheme="light")
        tab.goto(faces.address + page.address)
        return tab

    yield show
    for tab in tabs.values():
        tab.context.close()


def _once(found: dict[tuple[str, str], Opened]) -> list[Opened]:
    """Each route once: by the first who reaches it."""
    return list({template: page for (_, template), page in reversed(found.items())}.values())


def test_pages_fit_and_are_accessible(
    found: dict[tuple[str, str], Opened], showing: Callable[[Opened], Page]
) -> None:
    wrong: list[object] = []
    for page in _once(found):
        tab = showing(page)
        for width in (360, 768, 1280):
            tab.set_viewport_size({"width": width, "height": 740})
            if tab.locator("html").evaluate("html => html.scrollWidth") > width:
                wrong.append((page.address, "too wide", width))
        tab.set_viewport_size({"width": 360, "height": 740})
        if page.who != "public" and (small := tab.evaluate(_SMALL)):
            wrong.append((page.address, "small", small))
        wrong += [(page.address, *one) for one in _violations(tab, "wcag2a", "wcag2aa")]
        tab.emulate_media(color_scheme="dark")
        wrong += [(page.address, "dark", *one) for one in _violations(tab, "color-contrast")]
    assert wrong == []


def _violations(tab: Page, *rules: str) -> list[list[str]]:
    """The rule and the first place of each violation."""
    options = {"runOnly": list(rules), "resultTypes": ["violations"], "preload": False}
    found: list[list[str]] = tab.evaluate(
        """options => axe.run(options).then(found => found.violations.map(
            one => [one.id, one.nodes[0].html.slice(0, 160)]))""",
        options,
    )
    return found
