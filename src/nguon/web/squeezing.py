# SPDX-License-Identifier: Apache-2.0
"""Scripts and styles of our own, made shorter without touching a name.

Comments that have lines of their own go, and space that means nothing. What a script says is
left alone: texts, templates and regular expressions. A regular expression is known by what
stands before it: an opening bracket, an exclamation mark, or an operator and a space.
"""

import re

_COMMENT = re.compile(r"^ *(?:/\*.*?\*/|//[^\n]*)$", re.DOTALL | re.MULTILINE)
_KEPT = re.compile(
    r'("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`'
    r"|(?:(?<=[=:?&|,] )|(?<=[(!]))/(?![/* ])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)"
)
_AROUND = re.compile(r" ?((?:[=<>!&|?:;,{}()\[\]*/%^+-])+) ?")


def squeezed(script: str) -> str:
    """A script without comments, indentation and space around signs."""
    parts = _KEPT.split(unindented(script))
    return "".join(
        part if number % 2 else _AROUND.sub(r"\1", part) for number, part in enumerate(parts)
    )


def unindented(text: str) -> str:
    """A script or style without comments, empty lines and indentation."""
    lines = map(str.strip, _COMMENT.sub("", text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)
