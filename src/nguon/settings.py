# SPDX-License-Identifier: Apache-2.0
"""The settings: one frozen value read from the environment, every key documented here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nguon.base.errors import NguonError
from nguon.identity.model import Role
from nguon.parties.enrolment.given import Given
from nguon.tlog.model import LogFiles
from nguon.tlog.periods import Period

_MIB = 1024 * 1024


class SettingsError(NguonError):
    """An environment variable holds something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Read once at start; nothing changes it afterwards."""

    data: Path
    """``NGUON_DATA``: folder of the embedded store and of spooled documents; ``./var``."""
    database_url: str
    """``NGUON_DATABASE_URL``: ``sqlite:///path`` or ``postgresql://…``; SQLite under the data
    folder."""
    host: str
    """``NGUON_HOST``: address to listen on; loopback unless told otherwise."""
    port: int
    """``NGUON_PORT``: port to listen on; 8000."""
    base_url: str
    """``NGUON_BASE_URL``: how others reach this server, without a slash at the end; made from
    host and port."""
    max_body: int
    """``NGUON_MAX_BODY``: octets that one request may carry; 256 MiB."""
    max_events: int
    """``NGUON_MAX_EVENTS``: events that one document may carry; 1,000,000."""
    max_whole: int
    """``NGUON_MAX_WHOLE``: events that one document may carry without the behaviour
    ``proceed``; 10,000."""
    sync_body: int
    """``NGUON_SYNC_BODY``: documents up to so many octets are captured before the answer,
    larger ones afterwards; 1 MiB."""
    workers: int
    """``NGUON_WORKERS``: processes that prepare large documents; the machine's cores, at
    most 8. 0 prepares them in the server itself."""
    media: Path
    """``NGUON_MEDIA``: folder of the product pictures; ``media`` in the data folder."""
    trace_index: Path
    """``NGUON_TRACE_INDEX``: folder of the index of lineage, which is built from the events and
    may be deleted; ``trace-index`` in the data folder. Servers over one database may share it."""
    scan_days: int
    """``NGUON_SCAN_DAYS``: days for which single scans of codes are kept; 30. Counts by day stay;
    0 keeps counts alone."""
    codes_keys: Path
    """``NGUON_CODES_KEYS``: file with the keys of issued serials, which the database does not
    have; ``codes.key`` in the data folder. Back it up by itself, and share it between servers."""
    party_keys: Path
    """``NGUON_PARTY_KEYS``: file with the master keys of the signing keys that are kept here for
    parties, and of the platform's own; ``parties.key`` in the data folder. Back it up by itself,
    and share it between servers."""
    account_keys: Path
    """``NGUON_ACCOUNT_KEYS``: file with the key that seals accounts' secrets; ``accounts.key`` in
    the data folder. Back it up by itself, and share it between servers."""
    second_factor: frozenset[str]
    """``NGUON_SECOND_FACTOR``: roles that must have a second factor, with commas; none."""
    oidc: Path
    """``NGUON_OIDC``: TOML file of OpenID Connect providers; ``oidc.toml`` in the data folder.
    Without the file there are none."""
    trusted_issuers: Path
    """``NGUON_TRUSTED_ISSUERS``: TOML file of certification bodies and laboratories whose
    credentials are known though they are no parties here; ``issuers.toml`` in the data folder.
    Without the file there are none."""
    key_rate: int
    """``NGUON_KEY_RATE``: requests a minute of an API key for which nothing else is set; 60,000.
    0 counts none."""
    business_register: str
    """``NGUON_BUSINESS_REGISTER``: where businesses are looked up: ``file:<path>`` (CSV or TOML)
    or ``https://…``; none."""
    ca_roots: Path
    """``NGUON_CA_ROOTS``: folder of the authorities whose certificates enrol organisations, with
    revocation lists; ``ca-roots`` in the data folder."""
    ca_unknown: str
    """``NGUON_CA_UNKNOWN``: what becomes of a certificate of which nobody says whether it was
    revoked: ``officers`` decide, or ``refuse``."""
    enrolment_key: Path
    """``NGUON_ENROLMENT_KEY``: file with the key under which personal numbers of households are
    known again; ``enrolment.key`` in the data folder. Back it up by itself."""
    enrolment_levels: frozenset[str]
    """``NGUON_ENROLMENT_LEVELS``: levels of assurance (claim ``acr``) with which the login of an
    organisation's account enrols it, with commas; ``2,substantial,high``."""
    log_folder: Path
    """``NGUON_LOG_FOLDER``: public files of the log, a folder for each shard; ``log`` in the data
    folder."""
    log_state: Path
    """``NGUON_LOG_STATE``: file that says what the log signed; ``log-state.sqlite`` in the data
    folder. It is never to be put back from a backup."""
    log_keys: Path
    """``NGUON_LOG_KEYS``: file with the keys that sign the log; ``log.key`` in the data folder.
    Back it up by itself."""
    log_policy: Path
    """``NGUON_LOG_POLICY``: which witnesses cosign the log (C2SP tlog-policy); ``log.policy`` in
    the data folder. Without the file there are none."""
    log_map_seconds: int
    """``NGUON_LOG_MAP_SECONDS``: seconds between two entries about the map of all things; 60."""
    log_shard_period: Period
    """``NGUON_LOG_SHARD_PERIOD``: ``year``, ``half`` or ``quarter``, at whose end (midnight in Viet
    Nam) the log goes on in a new shard; ``none`` leaves it to ``nguon log shard``."""
    log_tsa: str
    """``NGUON_LOG_TSA``: address of a timestamp authority (RFC 3161) that anchors checkpoints;
    none."""
    log_tsa_certs: Path
    """``NGUON_LOG_TSA_CERTS``: file with its root certificate (PEM); ``tsa.pem`` in the data
    folder."""
    log_anchor_hours: int
    """``NGUON_LOG_ANCHOR_HOURS``: hours between two timestamps; 24."""
    webhooks_private: bool
    """``NGUON_WEBHOOKS_PRIVATE``: ``yes`` lets messages to web addresses go to ones inside
    one's own network, and without TLS; ``no``."""
    smtp: str
    """``NGUON_SMTP``: mail server that takes our mails, ``host:port``; none. TLS from the start on
    port 465, STARTTLS elsewhere; on this machine it may do without."""
    smtp_from: str
    """``NGUON_SMTP_FROM``: address that mails come from; needed with ``NGUON_SMTP``."""
    smtp_login: Path | None
    """``NGUON_SMTP_LOGIN``: file with the user and the password for it, a line each; none."""
    smtp_roots: Path | None
    """``NGUON_SMTP_ROOTS``: PEM file of the authorities that its certificate may come from; those
    of this machine."""
    proxies: str
    """``NGUON_PROXIES``: addresses of reverse proxies, with commas, whose ``X-Forwarded-For`` is
    believed; none."""
    log_level: str
    """``NGUON_LOG_LEVEL``: ``debug``, ``info``, ``warning`` or ``error``; ``info``."""

    @property
    def spool(self) -> Path:
        """Where large documents wait to be captured."""
        return self.data / "spool"

    @property
    def log_files(self) -> LogFiles:
        """Where the log lies outside the database."""
        return LogFiles(self.log_folder, self.log_state, self.log_keys, self.log_policy)

    @property
    def enrolment(self) -> Given:
        """What enrolment works with."""
        return Given(
            base_url=self.base_url,
            documents=self.documents,
            number_key=self.enrolment_key,
            register=self.business_register,
            roots=self.ca_roots,
            unknown_revocation=self.ca_unknown,
            levels=self.enrolment_levels,
        )

    @property
    def documents(self) -> Path:
        """Where files attached to register entries lie."""
        return self.data / "documents"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment, the process's own unless one is given.

    Raises:
        SettingsError: ``settings.number`` or ``settings.choice``, naming the variable.
    """
    env = os.environ if environment is None else environment
    data = Path(env.get("NGUON_DATA") or "var")
    host = env.get("NGUON_HOST") or "127.0.0.1"
    port = _number(env, "NGUON_PORT", 8000, upper=65535)
    return Settings(
        data=data,
        database_url=env.get("NGUON_DATABASE_URL") or f"sqlite:///{data / 'nguon.sqlite'}",
        host=host,
        port=port,
        base_url=(env.get("NGUON_BASE_URL") or _reachable(host, port)).rstrip("/"),
        max_body=_number(env, "NGUON_MAX_BODY", 256 * _MIB, lower=1024),
        max_events=_number(env, "NGUON_MAX_EVENTS", 1_000_000, lower=1),
        max_whole=_number(env, "NGUON_MAX_WHOLE", 10_000, lower=1),
        sync_body=_number(env, "NGUON_SYNC_BODY", _MIB),
        workers=_number(env, "NGUON_WORKERS", min(os.cpu_count() or 1, 8), upper=64),
        media=Path(env.get("NGUON_MEDIA") or data / "media"),
        trace_index=Path(env.get("NGUON_TRACE_INDEX") or data / "trace-index"),
        scan_days=_number(env, "NGUON_SCAN_DAYS", 30, upper=3650),
        codes_keys=Path(env.get("NGUON_CODES_KEYS") or data / "codes.key"),
        party_keys=Path(env.get("NGUON_PARTY_KEYS") or data / "parties.key"),
        account_keys=Path(env.get("NGUON_ACCOUNT_KEYS") or data / "accounts.key"),
        second_factor=_some(env, "NGUON_SECOND_FACTOR", frozenset(Role)),
        trusted_issuers=Path(env.get("NGUON_TRUSTED_ISSUERS") or data / "issuers.toml"),
        oidc=Path(env.get("NGUON_OIDC") or data / "oidc.toml"),
        key_rate=_number(env, "NGUON_KEY_RATE", 60_000, upper=10_000_000),
        business_register=env.get("NGUON_BUSINESS_REGISTER") or "",
        ca_roots=Path(env.get("NGUON_CA_ROOTS") or data / "ca-roots"),
        ca_unknown=_choice(env, "NGUON_CA_UNKNOWN", "officers", ("officers", "refuse")),
        enrolment_key=Path(env.get("NGUON_ENROLMENT_KEY") or data / "enrolment.key"),
        enrolment_levels=_words(env.get("NGUON_ENROLMENT_LEVELS") or "2,substantial,high"),
        log_folder=Path(env.get("NGUON_LOG_FOLDER") or data / "log"),
        log_state=Path(env.get("NGUON_LOG_STATE") or data / "log-state.sqlite"),
        log_keys=Path(env.get("NGUON_LOG_KEYS") or data / "log.key"),
        log_policy=Path(env.get("NGUON_LOG_POLICY") or data / "log.policy"),
        log_map_seconds=_number(env, "NGUON_LOG_MAP_SECONDS", 60, lower=1, upper=600),
        log_shard_period=Period(_choice(env, "NGUON_LOG_SHARD_PERIOD", Period.NONE, tuple(Period))),
        log_tsa=env.get("NGUON_LOG_TSA") or "",
        log_tsa_certs=Path(env.get("NGUON_LOG_TSA_CERTS") or data / "tsa.pem"),
        log_anchor_hours=_number(env, "NGUON_LOG_ANCHOR_HOURS", 24, lower=1, upper=8784),
        webhooks_private=_choice(env, "NGUON_WEBHOOKS_PRIVATE", "no", ("yes", "no")) == "yes",
        smtp=env.get("NGUON_SMTP") or "",
        smtp_from=env.get("NGUON_SMTP_FROM") or "",
        smtp_login=_file(env, "NGUON_SMTP_LOGIN"),
        smtp_roots=_file(env, "NGUON_SMTP_ROOTS"),
        proxies=env.get("NGUON_PROXIES") or "",
        log_level=_choice(env, "NGUON_LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
    )


def _reachable(host: str, port: int) -> str:
    name = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _file(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]) if env.get(name) else None


def _number(
    env: Mapping[str, str], name: str, default: int, *, lower: int = 0, upper: int = 2**40
) -> int:
    sent = env.get(name)
    if not sent:
        return default
    if not (sent.isascii() and sent.isdigit() and lower <= int(sent) <= upper):
        raise SettingsError("settings.number", name=name, value=sent, lower=lower, upper=upper)
    return int(sent)


def _some(env: Mapping[str, str], name: str, allowed: frozenset[str]) -> frozenset[str]:
    sent = _words(env.get(name) or "")
    if not sent <= allowed:
        told = ", ".join(sorted(allowed))
        raise SettingsError("settings.choice", name=name, value=env[name], allowed=told)
    return sent


def _words(sent: str) -> frozenset[str]:
    return frozenset(part.strip() for part in sent.split(",")) - {""}


def _choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    sent = (env.get(name) or default).lower()
    if sent not in allowed:
        raise SettingsError("settings.choice", name=name, value=sent, allowed=", ".join(allowed))
    return sent
