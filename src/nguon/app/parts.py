# SPDX-License-Identifier: Apache-2.0
"""The parts behind the web, put together from the settings."""

from collections.abc import Collection
from functools import partial
from importlib.metadata import version

from nguon.attesting import trusted
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.codes import keyring, standing, stops
from nguon.identity import access
from nguon.identity import limits as key_limits
from nguon.identity.accounts import demanded, sealing
from nguon.identity.model import Role
from nguon.identity.oidc import config as oidc_providers
from nguon.listings import recalls
from nguon.messages.mailing.relay import relay_of
from nguon.parties.enrolment.opening import open_office
from nguon.parties.keys import custody, naming
from nguon.registry.service import attach
from nguon.scans import placing
from nguon.scans.recorder import Recorder
from nguon.settings import Settings
from nguon.stoplist.queries import stopped
from nguon.stoplist.recalls import Stops
from nguon.store import Store, open_store
from nguon.tlog.anchors.anchoring import Anchoring
from nguon.tlog.anchors.rfc3161 import Rfc3161
from nguon.tlog.collecting import Collector
from nguon.tlog.completing import Completer
from nguon.tlog.rolling import Roller
from nguon.tlog.service import Tlog
from nguon.trace.index import service as lineage
from nguon.web import start
from nguon.web.directory import Directory
from nguon.web.services import Services


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
    recalls.attach(store, Stops())
    stops.attach(store, stopped)
    open_office(store, settings.enrolment)
    lineage.attach(store, settings.trace_index)
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
        roller=Roller(tlog, settings.log_shard_period),
        anchoring=_anchoring(settings, tlog),
        start=offered,
        webhooks_private=settings.webhooks_private,
        mail=relay_of(settings.smtp, settings.smtp_from, settings.smtp_login, settings.smtp_roots),
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
