# SPDX-License-Identifier: Apache-2.0
"""Which browser on which device: as much of a user agent as people recognise."""

from nguon.base.messages import Language, text

_BROWSERS = (
    ("Zalo", "Zalo"),
    ("coc_coc", "Coc Coc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device(agent: str, language: Language) -> str:
    """``Chrome, Android``; “another browser” where nothing is recognised."""
    found = [
        next((name for mark, name in known if mark in agent), None)
        for known in (_BROWSERS, _DEVICES)
    ]
    told = ", ".join(name for name in found if name)
    return told or text("accounts.other-browser", language)
