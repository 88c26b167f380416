# SPDX-License-Identifier: Apache-2.0
"""A seller that is enrolled, and then stopped by the business register: answers, one message."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from nguon.codes import keyring
from nguon.identity.accounts import sealing
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.listings import delivering, sellers, service, subscribing, watching
from nguon.listings.model import Answer, Asked, Judged, Question
from nguon.listings.sellers import Registered
from nguon.parties.enrolment.follower import Follower
from nguon.parties.keys import custody, naming, queries
from nguon.registry.service import attach
from nguon.signing import jws
from nguon.signing.http import HttpMessage, check_content_digest, check_times, read_signature
from nguon.store import Store
from nguon.store.enrolment_tables import register_check
from tests.integration.listings.receiver import Receiver, receiving
from tests.integration.parties.enrolled import World, cms, world
from tests.pki_made import TAX_CODE

LOT = "01/09521303000012/10/L1"
MARKET = Principal(204, "key-m", KeyKind.MEMBER, frozenset({Scope.MARKET}), strict=False)
SHOP = Asked("shop-1", LOT)


@pytest.fixture
def place(store: Store, tmp_path: Path) -> World:
    """A company that a marketplace knows as its seller; it is not enrolled yet."""
    keyring.attach(store, tmp_path / "codes.key")
    sealing.attach(store, tmp_path / "accounts.key")
    custody.attach(store, tmp_path / "parties.key")
    attach(store)
    made = world(store, tmp_path)
    given = [Registered("shop-1", "sau-rieng")]
    sellers.register(store, MARKET, MARKET.audience, given)
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def enrol(place: World) -> None:
    """The company signs with its certificate."""
    begun = place.begin()
    assert place.answer(begun, cms(begun, place.pki.good)).state == "active"


def told(place: World, word: str) -> None:
    """The register says so from now on, and the follower asks it once."""
    place.register.say(TAX_CODE, word)
    with place.store.transaction() as connection:
        connection.execute(update(register_check).values(due=0))
    assert Follower(place.store).turn() == 1


def checked(place: World) -> tuple[Judged, Judged]:
    """Whether the seller is known, and active."""
    [one] = service.check(place.store, MARKET, [SHOP], datetime.now(UTC)).listings
    return one.answers[Question.KNOWN], one.answers[Question.ACTIVE]


def look(place: World) -> int:
    """The watcher's round when everything is due."""
    later = datetime.now(UTC) + timedelta(seconds=1)
    return watching.look(place.store, later, every=timedelta(0))


def test_the_register_decides_whether_a_known_seller_is_active(place: World) -> None:
    assert checked(place) == (
        Judged(Answer.UNKNOWN, "not-identified"),
        Judged(Answer.UNKNOWN, "no-register"),
    )
    enrol(place)
    known = Judged(Answer.YES, "identified-certificate")
    assert checked(place) == (known, Judged(Answer.YES, "active"))
    for word in ("suspended", "dissolved"):
        told(place, word)
        assert checked(place) == (known, Judged(Answer.NO, word))
    told(place, "active")
    assert checked(place) == (known, Judged(Answer.YES, "active"))


@pytest.mark.parametrize("word", ["suspended", "dissolved"])
def test_one_signed_message_tells_that_a_seller_was_stopped(
    place: World, receiver: Receiver, word: str
) -> None:
    store = place.store
    enrol(place)
    made = subscribing.subscribe(store, MARKET, receiver.url, private=True)
    assert subscribing.watch(store, MARKET, made.id, [SHOP]) == 1
    assert look(place) == 1
    assert delivering.deliver(store, private=True) == 0
    told(place, word)
    look(place)
    look(place)
    assert delivering.deliver(store, private=True) == 1
    assert delivering.deliver(store, private=True) == 0
    [(_, headers, body)] = receiver.came
    message = HttpMessage("POST", headers["host"], "/hook", "from=nguon", headers, scheme="http")
    signature = read_signature(message)
    check_times(signature, int(time.time()))
    key = queries.find(store, (signature.keyid or "").rpartition("#")[2])
    assert key is not None
    assert key.organisation == naming.OPERATOR
    signature.verify(key.public)
    check_content_digest(headers["content-digest"], sha256(body).digest())
    said = msgspec.json.decode(body)
    [change] = said["changes"]
    assert (change["seller"], change["changed"]) == ("shop-1", ["active"])
    before, after = (change[side]["active"] for side in ("before", "after"))
    assert before == {"answer": "yes", "reason": "active"}
    assert after == {"answer": "no", "reason": word}
    answers = jws.read(said["answers"])
    answers.verify(key.public)
    [listing] = msgspec.json.decode(answers.payload)["listings"]
    assert listing["answers"]["active"] == after
