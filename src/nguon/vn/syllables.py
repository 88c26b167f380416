# SPDX-License-Identifier: Apache-2.0
"""Whether a word can be a Vietnamese syllable: its onset, vowels, coda and tone."""

import re
import unicodedata
from functools import lru_cache

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOPPED = frozenset("cpt")
_ONSETS = (
    "b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x"
    "|bl|br|dr|đr|gr|kl|kr|pl|pr"  # names of the Central Highlands
)
_VOWELS = (
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ia|iê|ya|yê|ua|uô|ưa|ươ|oa|oă|oe|uâ|uê|uy|uya|uyê|uơ|oo"
    "|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|iêu|yêu|uôi|ươi|ươu|oai|oay|oao|oeo"
    "|uây|uôi|uyu|uêu|uyên|uyêt"
)
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{_VOWELS})(?P<coda>c|ch|m|n|ng|nh|p|t|k|l|r)?")


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether the letters, in any case and normal form, make a syllable with at most one tone."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = _TONES.findall(decomposed)
    letters = unicodedata.normalize("NFC", _TONES.sub("", decomposed))
    match = _SYLLABLE.fullmatch(letters)
    if match is None or len(tones) > 1:
        return False
    coda = match["coda"]
    stopped = coda is not None and coda[0] in _STOPPED
    return not stopped or tones[0:1] in ([], ["\u0301"], ["\u0323"])
