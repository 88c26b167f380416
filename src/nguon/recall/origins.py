# SPDX-License-Identifier: Apache-2.0
"""From a case of reports to the recalls that came of it."""

from nguon.identity.model import Principal
from nguon.recall import showing, sides
from nguon.recall.errors import UnknownRecallError
from nguon.recall.model import Recall
from nguon.store import Store, recall_origins

_MOST = 5


def of_dispute(store: Store, by: Principal, dispute: str) -> list[Recall]:
    """The recalls opened from a case of reports, as far as the reader may know what they came of:
    those that he leads. At most five, the earliest first.
    """
    found: list[Recall] = []
    with store.reading() as connection:
        for number in recall_origins.of_dispute(connection, dispute, limit=_MOST):
            try:
                case = sides.opened(connection, by, number)
            except UnknownRecallError:
                continue
            if showing.inside(case, by):
                found.append(showing.shown(case, by))
    return found
