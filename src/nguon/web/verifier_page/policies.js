// SPDX-License-Identifier: Apache-2.0
// Trust policies (C2SP tlog-policy): which logs, and which witnesses are enough.

const POLICY_LIMIT = 1024;

/** The words of a line of octets, split at spaces and tabs. Octets that are no UTF-8 stay apart
 * from every name that is. */
function wordsOf(line) {
  const words = [];
  let from = 0;
  for (let at = 0; at <= line.length; at += 1) {
    if (at < line.length && line[at] !== 0x20 && line[at] !== 0x09) continue;
    const octets = line.subarray(from, at);
    const escaped = (octet) => String.fromCharCode(octet > 0x7f ? 0xdc00 + octet : octet);
    if (at > from) words.push(textOf(octets) ?? Array.from(octets, escaped).join(""));
    from = at + 1;
  }
  return words;
}

function linesOf(octets) {
  const lines = [];
  let from = 0;
  for (let at = 0; at <= octets.length; at += 1) {
    if (at < octets.length && octets[at] !== 0x0a) continue;
    lines.push(octets.subarray(from, at));
    from = at + 1;
  }
  return lines;
}

/** The policy in a file: {logs, witnesses, groups, quorum}; throws `Refusal` that names the line
 * (tlog-policy, "Policy format"). `read` says how keys are spelled. */
function readPolicy(octets, read = keyOfKind) {
  const draft = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null, members: new Set(), read };
  linesOf(octets).forEach((line, at) => {
    const number = at + 1;
    if (line.some((octet) => (octet < 0x20 && octet !== 0x09) || octet === 0x7f)) {
      throw new Refusal("transparency.policy-characters", { line: number });
    }
    const words = wordsOf(line);
    if (words.length && !words[0].startsWith("#")) takeLine(draft, number, words);
  });
  if (draft.quorum === null) throw new Refusal("transparency.policy-quorum", { line: 0 });
  return draft;
}

function takeLine(draft, line, [kind, ...words]) {
  const kinds = { log: takeLog, witness: takeWitness, group: takeGroup, quorum: takeQuorum };
  if (!Object.hasOwn(kinds, kind)) throw new Refusal("transparency.policy-word", { line, part: kind });
  kinds[kind](draft, line, words);
  if (Math.max(draft.logs.length, draft.witnesses.size, draft.groups.size) > POLICY_LIMIT) {
    throw new Refusal("transparency.policy-long", { line, most: POLICY_LIMIT });
  }
}

/** A vkey that must be of a kind: of a log or a witness; throws `Refusal`. */
function keyOfKind(text, kind) {
  const key = readKey(text);
  if (key.kind !== kind) {
    throw new Refusal("transparency.key-type", { name: key.name, type: `0x0${key.kind}` });
  }
  return key;
}

function keyedBy(draft, line, words, kind) {
  if (words.length < 1 || words.length > 2) throw new Refusal("transparency.policy-form", { line });
  try {
    return draft.read(words[0], kind);
  } catch (error) {
    throw new Refusal("transparency.policy-key", { line, reason: error.code });
  }
}

function once(keys, key, line, name) {
  if (keys.some((each) => same(each.octets, key.octets))) {
    throw new Refusal("transparency.policy-key-twice", { line, name });
  }
}

function takeLog(draft, line, words) {
  const key = keyedBy(draft, line, words, SIGNATURE);
  once(draft.logs, key, line, key.name);
  draft.logs.push(key);
}

function takeWitness(draft, line, words) {
  if (!words.length) throw new Refusal("transparency.policy-form", { line });
  const name = freeName(draft, line, words[0]);
  const key = keyedBy(draft, line, words.slice(1), COSIGNATURE);
  once([...draft.witnesses.values()], key, line, name);
  draft.witnesses.set(name, key);
}

function takeGroup(draft, line, words) {
  if (words.length < 3) throw new Refusal("transparency.policy-form", { line });
  const [first, many, ...members] = words;
  const name = freeName(draft, line, first);
  for (const member of members) {
    takenName(draft, line, member);
    if (draft.members.has(member)) {
      throw new Refusal("transparency.policy-member-twice", { line, name: member });
    }
    draft.members.add(member);
  }
  draft.groups.set(name, { threshold: thresholdOf(line, many, members.length), members });
}

function takeQuorum(draft, line, words) {
  if (words.length !== 1 || draft.quorum !== null) {
    throw new Refusal("transparency.policy-quorum", { line });
  }
  if (words[0] !== "none") takenName(draft, line, words[0]);
  draft.quorum = words[0];
}

function freeName(draft, line, name) {
  if (name === "none" || draft.witnesses.has(name) || draft.groups.has(name)) {
    throw new Refusal("transparency.policy-name-twice", { line, name });
  }
  return name;
}

function takenName(draft, line, name) {
  if (!draft.witnesses.has(name) && !draft.groups.has(name)) {
    throw new Refusal("transparency.policy-name-unknown", { line, name });
  }
}

function thresholdOf(line, many, members) {
  if (many === "any") return 1;
  if (many === "all") return members;
  const given = /^[1-9][0-9]{0,8}$/.test(many) ? Number(many) : 0;
  if (given < 1 || given > members) {
    throw new Refusal("transparency.policy-threshold", { line, part: many, most: members });
  }
  return given;
}

/** All keys of a policy, of logs and witnesses. */
function keysOf(policy) {
  return [...policy.logs, ...policy.witnesses.values()];
}

/** Names of witnesses with these public keys (in hexadecimal), and of groups that they fill; a key
 * counts once (tlog-policy, "Quorum"). */
function countedNames(policy, cosigners) {
  const found = new Set();
  for (const [name, key] of policy.witnesses) {
    if (cosigners.has(hex(key.octets))) found.add(name);
  }
  for (const [name, group] of policy.groups) {
    const members = new Set(group.members);
    if ([...members].filter((member) => found.has(member)).length >= group.threshold) found.add(name);
  }
  return found;
}

/** Whether cosignatures by these public keys (in hexadecimal) are enough. */
function satisfied(policy, cosigners) {
  return policy.quorum === "none" || countedNames(policy, cosigners).has(policy.quorum);
}
