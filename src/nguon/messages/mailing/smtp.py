# SPDX-License-Identifier: Apache-2.0
"""Mails handed to the relay over one connection (RFC 5321), each with what came of it.

Only what the relay says of a recipient or of the mail itself with 5xx is final. What is wrong
with the relay, with our login or on the way there is no mail's fault.
"""

import smtplib
from collections.abc import Generator, Sequence
from typing import NamedTuple

from nguon.messages.errors import MessageError
from nguon.messages.mailing.letters import Letter
from nguon.messages.mailing.relay import IMPLICIT, Relay

SECONDS = 20.0
"""For each answer of the relay."""
_FINAL = 500


class Outcome(NamedTuple):
    """What came of a mail: the relay's number, a word for what was in the way."""

    status: int | None
    trouble: str | None
    final: bool = False


def hand_over(relay: Relay, letters: Sequence[Letter]) -> Generator[Outcome]:
    """Hands mails over, and gives each one's outcome as soon as it is known, in their order.

    A connection that breaks is opened again for the next; a relay that cannot be reached is not
    tried again for the others.
    """
    session: smtplib.SMTP | None = None
    away: Outcome | None = None
    try:
        for letter in letters:
            if session is None and away is None:
                session, away = _opened(relay)
            if session is None:
                yield away or Outcome(None, "unreachable")
                continue
            yield _handed(session, relay, letter)
            if session.sock is None:
                session = None
    finally:
        if session is not None:
            session.close()


def _opened(relay: Relay) -> tuple[smtplib.SMTP | None, Outcome | None]:
    session: smtplib.SMTP | None = None
    try:
        session = _connected(relay)
        login = relay.credentials()
        if login is not None:
            session.login(*login)
    except MessageError as error:
        trouble = Outcome(None, error.code)
    except smtplib.SMTPAuthenticationError as error:
        trouble = Outcome(error.smtp_code, "login-refused")
    except smtplib.SMTPNotSupportedError:
        trouble = Outcome(None, "no-tls")
    except smtplib.SMTPResponseException as error:
        trouble = Outcome(error.smtp_code, "relay-refused")
    except (OSError, smtplib.SMTPException) as error:
        trouble = Outcome(None, type(error).__name__)
    else:
        return session, None
    if session is not None:
        session.close()
    return None, trouble


def _connected(relay: Relay) -> smtplib.SMTP:
    name, port = relay.domain, relay.port
    if port == IMPLICIT:
        context = relay.context()
        return smtplib.SMTP_SSL(relay.host, port, name, timeout=SECONDS, context=context)
    session = smtplib.SMTP(relay.host, port, name, timeout=SECONDS)
    try:
        if not relay.local or relay.roots is not None:
            session.starttls(context=relay.context())
            session.ehlo()
    except BaseException:
        session.close()
        raise
    return session


def _handed(session: smtplib.SMTP, relay: Relay, letter: Letter) -> Outcome:
    try:
        session.sendmail(relay.sender, [letter.to], letter.data)
    except smtplib.SMTPRecipientsRefused as error:
        status = error.recipients[letter.to][0]
        return Outcome(status, "recipient-refused", final=status >= _FINAL)
    except smtplib.SMTPDataError as error:
        return Outcome(error.smtp_code, "mail-refused", final=error.smtp_code >= _FINAL)
    except smtplib.SMTPResponseException as error:
        return Outcome(error.smtp_code, "relay-refused")
    except (OSError, ValueError, smtplib.SMTPException) as error:
        session.close()
        return Outcome(None, type(error).__name__)
    return Outcome(250, None)
