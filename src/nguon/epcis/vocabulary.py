# SPDX-License-Identifier: Apache-2.0
"""The standard's words (CBV 2.0 section 7): which exist in which field, and their URI forms."""

import tomllib
from importlib.resources import files


def _load() -> tuple[dict[str, frozenset[str]], dict[str, dict[str, str]]]:
    tables = tomllib.loads((files("nguon.epcis") / "cbv-2.0.toml").read_text("utf-8"))
    words = {name: frozenset(table["words"].split()) for name, table in tables.items()}
    spellings = {
        name: {
            prefix.replace("https:", scheme, 1) + word: word
            for word in words[name]
            for prefix in table["prefixes"]
            for scheme in ("https:", "http:")
        }
        for name, table in tables.items()
    }
    return words, spellings


_WORDS, _SPELLINGS = _load()


def standard_words(vocabulary: str) -> frozenset[str]:
    """The standard words of a vocabulary (``bizStep``, ``disposition``, ``errorReason`` …)."""
    return _WORDS[vocabulary]


def canonical_term(vocabulary: str, value: str) -> str:
    """The bare word for any spelling of a standard value (URN, Web URI, CURIE); others as sent.

    ``vocabulary`` is a name of `standard_words`; an unknown one changes nothing.
    """
    return _SPELLINGS.get(vocabulary, {}).get(value, value)
