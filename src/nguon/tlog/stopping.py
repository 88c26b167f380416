# SPDX-License-Identifier: Apache-2.0
"""What happens when a witness shows more of the log than this installation signed.

Either an old copy of the database and of the state was put back, or somebody else signs
with our key. In both cases signing more would make a fork that cannot be undone.
"""

import logging
from hashlib import sha256

from nguon.tlog.asked import Beyond
from nguon.tlog.service import Tlog

_LOG = logging.getLogger(__name__)


def stop(tlog: Tlog, found: Beyond) -> None:
    """Let the log sign nothing more; what the witness shows is kept beside the log's state."""
    name = sha256(found.shown).hexdigest()[:16]
    place = tlog.files.state.with_name(f"seen-{name}.note")
    place.write_bytes(found.shown)
    _LOG.error("witness %s shows what is kept in %s", found.who, place)
    tlog.beyond(found.origin, found.size, found.who)
