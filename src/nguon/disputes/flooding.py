# SPDX-License-Identifier: Apache-2.0
"""How often strangers may report: by where they are, what it is about, and both."""

from nguon.disputes.errors import TooManyReportsError
from nguon.identity.accounts.attempts import Limit, network, take
from nguon.identity.errors import TooManyAttemptsError
from nguon.store import Store

FROM_ADDRESS = Limit(8, 600)
"""An address may stand for a whole market hall; hence not one a day."""
ABOUT_THING = Limit(40, 120)
"""From anywhere: the case is there by then, and one more report would add nothing to it."""
FROM_ADDRESS_ABOUT_THING = Limit(2, 3600)


def check(store: Store, address: str, subject: str) -> None:
    """Count a report.

    Raises:
        TooManyReportsError: and counts nothing, where there were too many.
    """
    near = network(address)
    buckets = {
        f"report address {near}": FROM_ADDRESS,
        f"report thing {subject}": ABOUT_THING,
        f"report both {near} {subject}": FROM_ADDRESS_ABOUT_THING,
    }
    try:
        take(store, buckets)
    except TooManyAttemptsError as error:
        raise TooManyReportsError("disputes.too-many", **error.params) from error
