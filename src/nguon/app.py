# SPDX-License-Identifier: Apache-2.0
"""The composition root: the only place that knows every part and puts them together."""

import gc
import logging
import sys
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, ControllerRouterHandler, Receive, Send

from nguon.attesting import trusted
from nguon.base.errors import NguonError
from nguon.capture.anew import recompute_all
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.codes import keyring, standing
from nguon.compliance.follower import Follower
from nguon.disputes.runner import Tidying
from nguon.entries.following import Matching
from nguon.identity import access
from nguon.identity import limits as key_limits
from nguon.identity.accounts import demanded, sealing
from nguon.identity.model import Role
from nguon.identity.oidc import config as oidc_providers
from nguon.listings.runner import Watcher
from nguon.parties.enrolment.follower import Follower as Registered
from nguon.parties.enrolment.opening import open_office
from nguon.parties.keys import custody, naming
from nguon.registry.service import attach
from nguon.scans import placing
from nguon.scans.recorder import Recorder
from nguon.settings import Settings
from nguon.store import Store, open_store
from nguon.tlog.anchors.anchoring import Anchoring
from nguon.tlog.anchors.rfc3161 import Rfc3161
from nguon.tlog.collecting import Collector
from nguon.tlog.completing import Completer
from nguon.tlog.scrubbing import Scrubber
from nguon.tlog.service import Tlog
from nguon.web import (
    api,
    assets,
    attestations_api,
    blocks_api,
    case_evidence,
    case_files,
    case_follow,
    case_report,
    cases_api,
    checking,
    credentials_api,
    credentials_made,
    did_documents,
    docs,
    enrol,
    enrolment_pages,
    enrolments_api,
    epcis,
    evidence_files,
    grants_api,
    handovers_api,
    home,
    identities_api,
    imports_api,
    item_standing,
    labels_api,
    ladder_rules,
    ledger_api,
    licences_api,
    links_api,
    listings_api,
    log_lane,
    log_state,
    media,
    passport,
    public_state,
    receipts_api,
    register_search,
    registers_api,
    registry_pages,
    resales_api,
    resolver,
    scan_about,
    scan_page,
    scans_api,
    signing_keys_api,
    start,
    trace,
    translate_api,
    verifier,
)
from nguon.web.account import (
    codes,
    confirm,
    invitation,
    mine,
    oidc,
    oidc_link,
    passkeys,
    reset,
    second,
    security,
    sign_in,
    typed,
)
from nguon.web.auth import declared
from nguon.web.compressed import compressed
from nguon.web.desk import approvals, code_use, holds, issued, lists, overdue, state
from nguon.web.desk import cases as desk_cases
from nguon.web.desk import enrolments as desk_enrolments
from nguon.web.desk import erasures as desk_erasures
from nguon.web.desk import signing_keys as desk_signing_keys
from nguon.web.desk import start as desk_start
from nguon.web.directory import Directory
from nguon.web.guarded import guarded
from nguon.web.headers import secured
from nguon.web.heads import Bounded
from nguon.web.lanes import Lanes, misplaced
from nguon.web.problems import handle
from nguon.web.services import KEY, Services
from nguon.web.typed import guard
from nguon.web.work import access as work_access
from nguon.web.work import (
    addresses,
    api_keys,
    authorisation,
    authorisations,
    consents,
    erasures,
    events_out,
    everyday,
    files,
    files_out,
    grants,
    households,
    identities,
    issuing,
    issuing_block,
    issuing_numbers,
    land,
    links,
    people,
    receipts,
    resets,
    signing_key_new,
    signing_keys,
)
from nguon.web.work import attestations as work_attestations
from nguon.web.work import cases as work_cases
from nguon.web.work import compliance as work_compliance
from nguon.web.work import credentials as work_credentials
from nguon.web.work import listings as work_listings
from nguon.web.work import registers as work_registers
from nguon.web.work import scans as work_scans
from nguon.web.work import start as work_start

ROUTES: Sequence[ControllerRouterHandler] = (
    *api.ROUTES,
    *assets.ROUTES,
    *docs.ROUTES,
    *enrol.ROUTES,
    *enrolments_api.ROUTES,
    *epcis.ROUTES,
    *home.ROUTES,
    *media.ROUTES,
    *passport.ROUTES,
    *item_standing.ROUTES,
    *ladder_rules.ROUTES,
    *case_report.ROUTES,
    *case_follow.ROUTES,
    *cases_api.ROUTES,
    *case_evidence.ROUTES,
    *listings_api.ROUTES,
    *resales_api.ROUTES,
    *work_listings.ROUTES,
    *checking.ROUTES,
    *evidence_files.ROUTES,
    *registers_api.ROUTES,
    *register_search.ROUTES,
    *registry_pages.ROUTES,
    *trace.ROUTES,
    *sign_in.ROUTES,
    *mine.ROUTES,
    *second.ROUTES,
    *confirm.ROUTES,
    *security.ROUTES,
    *codes.ROUTES,
    *oidc.ROUTES,
    *oidc_link.ROUTES,
    *passkeys.ROUTES,
    *reset.ROUTES,
    *resets.ROUTES,
    *typed.ROUTES,
    *invitation.ROUTES,
    *work_start.ROUTES,
    *everyday.ROUTES,
    *files.ROUTES,
    *files_out.ROUTES,
    *events_out.ROUTES,
    *imports_api.ROUTES,
    *labels_api.ROUTES,
    *receipts_api.ROUTES,
    *receipts.ROUTES,
    *log_state.ROUTES,
    *people.ROUTES,
    *api_keys.ROUTES,
    *enrolment_pages.ROUTES,
    *households.ROUTES,
    *desk_enrolments.ROUTES,
    *work_registers.ROUTES,
    *land.ROUTES,
    *links.ROUTES,
    *addresses.ROUTES,
    *approvals.ROUTES,
    *work_compliance.ROUTES,
    *work_access.ROUTES,
    *consents.ROUTES,
    *erasures.ROUTES,
    *desk_erasures.ROUTES,
    *ledger_api.ROUTES,
    *identities_api.ROUTES,
    *grants.ROUTES,
    *grants_api.ROUTES,
    *handovers_api.ROUTES,
    *identities.ROUTES,
    *licences_api.ROUTES,
    *blocks_api.ROUTES,
    *links_api.ROUTES,
    *translate_api.ROUTES,
    *authorisations.ROUTES,
    *authorisation.ROUTES,
    *code_use.ROUTES,
    *issuing.ROUTES,
    *issuing_block.ROUTES,
    *issuing_numbers.ROUTES,
    *issued.ROUTES,
    *desk_start.ROUTES,
    *state.ROUTES,
    *lists.ROUTES,
    *public_state.ROUTES,
    *overdue.ROUTES,
    *holds.ROUTES,
    *desk_cases.ROUTES,
    *work_cases.ROUTES,
    *case_files.ROUTES,
    *scan_page.ROUTES,
    *scan_about.ROUTES,
    *scans_api.ROUTES,
    *work_scans.ROUTES,
    *did_documents.ROUTES,
    *credentials_api.ROUTES,
    *credentials_made.ROUTES,
    *attestations_api.ROUTES,
    *work_attestations.ROUTES,
    *work_credentials.ROUTES,
    *signing_keys_api.ROUTES,
    *signing_keys.ROUTES,
    *signing_key_new.ROUTES,
    *desk_signing_keys.ROUTES,
)
"""Every route of the framework; a web module exports its own as ``ROUTES``."""

SEGMENTS: dict[str, ASGIApp] = {**resolver.LANES}
"""Hot lanes by first path segment."""

EXACT: dict[tuple[str, str], ASGIApp] = {
    **epcis.EXACT,
    **resolver.EXACT,
    **verifier.EXACT,
}
"""Hot lanes by method and path."""


def create_app(settings: Settings) -> ASGIApp:
    """The server as one ASGI callable, over a store that is opened and migrated here."""
    return assemble(compose(settings))


def assemble(services: Services) -> ASGIApp:
    """The server as one ASGI callable over parts that are there already."""
    framework = routes(services)
    lanes = Lanes(
        framework,
        {segment: guarded(lane) for segment, lane in lanes_over(framework).items()},
        {key: guarded(lane) for key, lane in EXACT.items()},
        guarded(resolver.compressed(framework)),
    )
    inner = compressed(secured(epcis.announced(lanes)))

    async def app(scope: Any, receive: Receive, send: Send) -> None:
        scope[KEY] = services
        await inner(scope, receive, send)

    return app


def lanes_over(framework: ASGIApp) -> dict[str, ASGIApp]:
    """Hot lanes by first path segment, those too that share theirs with pages."""
    return {**SEGMENTS, log_lane.SEGMENT: log_lane.lane(framework)}


def compose(settings: Settings) -> Services:
    """The parts behind the web, from the settings."""
    settings.data.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.database_url)
    attach(store)
    access.attach(store)
    keyring.attach(store, settings.codes_keys)
    sealing.attach(store, settings.account_keys)
    oidc_providers.attach(store, settings.oidc)
    key_limits.attach(store, settings.key_rate)
    demanded.demand(store, [Role(role) for role in settings.second_factor])
    custody.attach(store, settings.party_keys)
    naming.attach(store, settings.base_url)
    trusted.attach(store, settings.trusted_issuers)
    open_office(store, settings.enrolment)
    limits = Limits(
        body=settings.max_body,
        events=settings.max_events,
        whole=settings.max_whole,
        synchronous=settings.sync_body,
    )
    capture = CaptureService(
        store, settings.spool, limits, settings.workers, sole=store.dialect == "sqlite"
    )
    base_url = settings.base_url
    directory = Directory(store, base_url)
    offered = start.read(settings.data)
    scans = Recorder(store, partial(_counted, store), days=settings.scan_days)
    folders = {"media": settings.media, "documents": settings.documents}
    folders["uploads"] = settings.spool / "uploads"
    tlog = Tlog(store, settings.log_files, base_url)
    return Services(
        store,
        capture,
        base_url,
        version("nguon"),
        directory,
        scans=scans,
        tlog=tlog,
        collector=Collector(tlog),
        completer=Completer(tlog, seconds=settings.log_map_seconds),
        anchoring=_anchoring(settings, tlog),
        start=offered,
        webhooks_private=settings.webhooks_private,
        **folders,
    )


def _anchoring(settings: Settings, tlog: Tlog) -> Anchoring | None:
    """What has checkpoints timestamped, where an authority is set."""
    if not settings.log_tsa:
        return None
    authority = Rfc3161(settings.log_tsa, settings.log_tsa_certs)
    return Anchoring(tlog, authority, settings.log_anchor_hours)


def _counted(store: Store, keys: Collection[str]) -> set[str]:
    """The things whose scans count by their own names."""
    made = standing.made(store, keys)
    return made | placing.named(store, [key for key in keys if key not in made])


def routes(services: Services) -> Litestar:
    """The framework's application with every route.

    Raises:
        RuntimeError: a route stands under an address that is not ours, or declares no access.
    """

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        services.collector.start()
        services.completer.start()
        services.tlog.start()
        if services.anchoring is not None:
            services.anchoring.start()
        services.capture.start()
        follower = Follower(services.store)
        follower.start()
        matching = Matching(services.store)
        matching.start()
        registered = Registered(services.store)
        registered.start()
        scrubber = Scrubber(services.tlog, recompute_all)
        scrubber.start()
        tidying = Tidying(services.store)
        tidying.start()
        watcher = Watcher(services.store, private=services.webhooks_private)
        watcher.start()
        services.scans.start()
        try:
            yield
        finally:
            watcher.close()
            tidying.close()
            scrubber.close()
            registered.close()
            follower.close()
            matching.close()
            if services.anchoring is not None:
                services.anchoring.close()
            services.capture.close()
            services.scans.close()
            services.collector.close()
            services.completer.close()
            services.tlog.close()
            services.store.close()

    framework = Litestar(
        ROUTES,
        guards=[guard],
        exception_handlers={NguonError: handle, HTTPException: handle, Exception: handle},
        openapi_config=api.openapi(services.version),
        lifespan=[lifespan],
        logging_config=None,
        request_max_body_size=None,
    )
    _check(framework)
    api.state_access(framework)
    return framework


def _check(framework: Litestar) -> None:
    wrong = misplaced((route.path for route in framework.routes), SEGMENTS)
    if wrong:
        raise RuntimeError(f"addresses that are not ours: {', '.join(wrong)}")
    open_doors = [f"{method} {path}" for method, path, access in declared(framework) if not access]
    if open_doors:
        raise RuntimeError(f"routes that do not say who may use them: {', '.join(open_doors)}")


_SWITCH = 0.001
"""Seconds that the writer's thread may keep the event loop waiting for the interpreter: with
Python's 5 ms, every request would wait that long behind a commit."""


def serve(settings: Settings) -> None:
    """Serves until the process is told to stop."""
    sys.setswitchinterval(_SWITCH)
    logging.basicConfig(level=settings.log_level.upper())
    for told_elsewhere in ("alembic", "httpx"):
        logging.getLogger(told_elsewhere).setLevel(logging.WARNING)
    app = create_app(settings)
    # What is there now stays: a full collection would halt every request for 0.1 s to look at it.
    gc.collect()
    gc.freeze()
    uvicorn.run(
        app,
        http=Bounded,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        lifespan="on",
    )
