# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 as the server reads it, with an end to the heads of requests.

The parser collects a field until it is whole, however long it is; a stranger
could fill the memory with one, and what is kept of a request (its headers, for a
scan) would be as large.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_OCTETS = 64 * 1024
"""Of a head, or of what stands between the parts of a body."""


class Bounded(HttpToolsProtocol):
    """Answers 400 and hangs up where a head, or what follows a body, does not come to its end."""

    _waiting = 0
    _steps = 0

    def data_received(self, data: bytes) -> None:
        """As it is; octets that bring the request no further are counted."""
        before = self._steps
        super().data_received(data)
        self._waiting = 0 if self._steps != before else self._waiting + len(data)
        if self._waiting > MOST_OCTETS and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """A step."""
        self._steps += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A step; the last before the application is asked."""
        self._steps += 1
        if sum(len(name) + len(value) for name, value in self.headers) > MOST_OCTETS:
            self.send_400_response("The head of the request is too long.")
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A step."""
        self._steps += 1
        super().on_body(body)
