# SPDX-License-Identifier: Apache-2.0
"""Trust policies (C2SP tlog-policy): which logs, and which witnesses are enough."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from nguon.transparency.errors import NoteError, PolicyError
from nguon.transparency.keys import Key, Kind, read_key

NONE = "none"
"""The quorum that asks for no witness."""
POLICY_LIMIT = 1024
"""Logs, witnesses and groups of a policy, each; the format asks for 32 at least."""

_MANY = {"any", "all"}


class Log(msgspec.Struct, frozen=True):
    """A log that is trusted under a quorum; its key's name is its origin."""

    key: Key
    url: str | None = None


class Witness(msgspec.Struct, frozen=True):
    """A witness, under a name that only the policy knows."""

    key: Key
    url: str | None = None


class Group(msgspec.Struct, frozen=True):
    """Counts as a witness when so many of its members do."""

    threshold: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """A checkpoint holds when one of the logs signed it and the quorum cosigned it."""

    logs: tuple[Log, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    """Each after its members."""
    quorum: str

    @property
    def keys(self) -> list[Key]:
        """All keys, of logs and witnesses."""
        return [log.key for log in self.logs] + [each.key for each in self.witnesses.values()]

    def counted(self, cosigners: Iterable[bytes]) -> set[str]:
        """The names of witnesses with these public keys, and of groups that they fill."""
        public = set(cosigners)
        found = {name for name, each in self.witnesses.items() if each.key.public in public}
        for name, group in self.groups.items():
            if len(found.intersection(group.members)) >= group.threshold:
                found.add(name)
        return found

    def satisfied(self, cosigners: Iterable[bytes]) -> bool:
        """Whether cosignatures by these public keys are enough; a key counts once."""
        return self.quorum == NONE or self.quorum in self.counted(cosigners)


ReadKey = Callable[[str, Kind], Key]
"""How keys are spelled: the text, and the kind that a log or a witness needs."""


def vkey(text: str, kind: Kind) -> Key:
    """Keys as the format spells them; raises `NoteError`."""
    key = read_key(text)
    if key.kind is not kind:
        raise NoteError("transparency.key-type", name=key.name, type=f"0x{key.kind:02x}")
    return key


def read_policy(octets: bytes, read: ReadKey = vkey) -> Policy:
    """The policy in a file; raises `PolicyError` that names the line."""
    draft = _Draft(read)
    # Octets above 0x7f are opaque: names of other octets must stay other names.
    text = octets.decode("utf-8", "surrogateescape")
    for number, line in enumerate(text.split("\n"), 1):
        if any((each < " " and each != "\t") or each == "\x7f" for each in line):
            raise PolicyError("transparency.policy-characters", line=number)
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if words and not words[0].startswith("#"):
            draft.take(number, words)
    return draft.policy()


def write_policy(policy: Policy) -> bytes:
    """The file of a policy: groups after their members, the quorum last."""
    lines = [_told("log", each.key, each.url) for each in policy.logs]
    for name, witness in policy.witnesses.items():
        lines.append(_told(f"witness {name}", witness.key, witness.url))
    for name, group in policy.groups.items():
        lines.append(f"group {name} {group.threshold} {' '.join(group.members)}")
    lines.append(f"quorum {policy.quorum}")
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def _told(head: str, key: Key, url: str | None) -> str:
    return f"{head} {key}" + ("" if url is None else f" {url}")


class _Draft:
    def __init__(self, read: ReadKey) -> None:
        self._read = read
        self._logs: list[Log] = []
        self._witnesses: dict[str, Witness] = {}
        self._groups: dict[str, Group] = {}
        self._members: set[str] = set()
        self._quorum: str | None = None

    def take(self, line: int, words: list[str]) -> None:
        kinds = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._chosen,
        }
        kind = kinds.get(words[0])
        if kind is None:
            raise PolicyError("transparency.policy-word", line=line, part=words[0])
        kind(line, words[1:])
        counts = len(self._logs), len(self._witnesses), len(self._groups)
        if max(counts) > POLICY_LIMIT:
            raise PolicyError("transparency.policy-long", line=line, most=POLICY_LIMIT)

    def policy(self) -> Policy:
        if self._quorum is None:
            raise PolicyError("transparency.policy-quorum", line=0)
        return Policy(tuple(self._logs), self._witnesses, self._groups, self._quorum)

    def _log(self, line: int, words: list[str]) -> None:
        key, url = self._keyed(line, words, Kind.SIGNATURE)
        if any(each.key.public == key.public for each in self._logs):
            raise PolicyError("transparency.policy-key-twice", line=line, name=key.name)
        self._logs.append(Log(key, url))

    def _witness(self, line: int, words: list[str]) -> None:
        if not words:
            raise PolicyError("transparency.policy-form", line=line)
        name = self._named(line, words[0])
        key, url = self._keyed(line, words[1:], Kind.COSIGNATURE)
        if any(each.key.public == key.public for each in self._witnesses.values()):
            raise PolicyError("transparency.policy-key-twice", line=line, name=name)
        self._witnesses[name] = Witness(key, url)

    def _group(self, line: int, words: list[str]) -> None:
        if len(words) < 3:
            raise PolicyError("transparency.policy-form", line=line)
        name, many, members = self._named(line, words[0]), words[1], words[2:]
        for member in members:
            self._defined(line, member)
            if member in self._members:
                raise PolicyError("transparency.policy-member-twice", line=line, name=member)
            self._members.add(member)
        self._groups[name] = Group(_threshold(line, many, len(members)), tuple(members))

    def _chosen(self, line: int, words: list[str]) -> None:
        if len(words) != 1 or self._quorum is not None:
            raise PolicyError("transparency.policy-quorum", line=line)
        if words[0] != NONE:
            self._defined(line, words[0])
        self._quorum = words[0]

    def _named(self, line: int, name: str) -> str:
        if name == NONE or name in self._witnesses or name in self._groups:
            raise PolicyError("transparency.policy-name-twice", line=line, name=name)
        return name

    def _defined(self, line: int, name: str) -> None:
        if name not in self._witnesses and name not in self._groups:
            raise PolicyError("transparency.policy-name-unknown", line=line, name=name)

    def _keyed(self, line: int, words: list[str], kind: Kind) -> tuple[Key, str | None]:
        if not 1 <= len(words) <= 2:
            raise PolicyError("transparency.policy-form", line=line)
        try:
            key = self._read(words[0], kind)
        except NoteError as error:
            raise PolicyError("transparency.policy-key", line=line, reason=error.code) from error
        return key, words[1] if len(words) == 2 else None


def _threshold(line: int, many: str, members: int) -> int:
    if many in _MANY:
        return 1 if many == "any" else members
    given = int(many) if many.isascii() and many.isdigit() and len(many) < 10 else 0
    if not 1 <= given <= members or many.startswith("0"):
        raise PolicyError("transparency.policy-threshold", line=line, part=many, most=members)
    return given
