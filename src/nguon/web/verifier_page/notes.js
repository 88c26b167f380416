// SPDX-License-Identifier: Apache-2.0
// Signed notes (C2SP signed-note) and the checkpoints in them (C2SP tlog-checkpoint).

const NOTE_LIMIT = 1000000;
const SIGNATURE_LIMIT = 100;
const DASH = "\u2014 ";

/** Where an octet string ends before its last empty line; throws `Refusal` for what no note is. */
function endOfText(octets) {
  if (octets.length > NOTE_LIMIT) throw new Refusal("transparency.note-long", { most: NOTE_LIMIT });
  if (octets.some((octet) => octet < 0x20 && octet !== 0x0a) || textOf(octets) === null) {
    throw new Refusal("transparency.note-characters");
  }
  let at = octets.length - 2;
  while (at >= 0 && !(octets[at] === 0x0a && octets[at + 1] === 0x0a)) at -= 1;
  if (at < 0 || octets[octets.length - 1] !== 0x0a) throw new Refusal("transparency.note-form");
  return at + 1;
}

function readSignature(line) {
  const rest = line.startsWith(DASH) ? line.slice(DASH.length) : line;
  const space = rest.indexOf(" ");
  const name = space < 0 ? rest : rest.slice(0, space);
  const octets = octetsOf(space < 0 ? "" : rest.slice(space + 1));
  if (!line.startsWith(DASH) || !validName(name) || !octets || octets.length <= 4) {
    throw new Refusal("transparency.note-signature", { part: [...line].slice(0, 200).join("") });
  }
  return { name, id: hex(octets.subarray(0, 4)), octets: octets.slice(4), line };
}

/** A note: its text (octets that end in a newline) and its signatures, none verified (signed-note,
 * "Format"); throws `Refusal`. */
function readNote(octets) {
  const end = endOfText(octets);
  const lines = textOf(octets.subarray(end + 1)).split("\n");
  if (lines.length < 2 || lines.pop() !== "") throw new Refusal("transparency.note-form");
  if (lines.length > SIGNATURE_LIMIT) {
    throw new Refusal("transparency.note-signatures", { most: SIGNATURE_LIMIT });
  }
  return { text: octets.slice(0, end), signatures: lines.map(readSignature) };
}

/** Known keys by name and id; throws `Refusal` where two different ones share both. */
function knownKeys(keys) {
  const found = new Map();
  for (const key of keys) {
    const place = `${key.name}\n${key.id}`;
    const there = found.get(place);
    if (there && !(same(there.octets, key.octets) && there.kind === key.kind)) {
      throw new Refusal("transparency.keys-collide", { name: key.name, id: key.id });
    }
    found.set(place, key);
  }
  return found;
}

/** Verifies every signature of a known key, once, and leaves unknown keys' aside (signed-note,
 * "Verifying"). Throws `Refusal` where a known key's signature fails or no known key signed. */
async function openNote(note, keys, own = false) {
  const verified = [];
  const unknown = [];
  const seen = new Set();
  for (const signature of note.signatures) {
    if (seen.has(signature.line)) continue;
    seen.add(signature.line);
    const key = keys.get(`${signature.name}\n${signature.id}`);
    if (!key) unknown.push(signature);
    else if (await keyHolds(key, note.text, signature.octets, own)) verified.push({ key, signature });
    else throw new Refusal("transparency.signature-fails", { name: signature.name });
  }
  if (!verified.length) {
    const names = [...new Set(unknown.map((each) => each.name))].join(", ");
    throw new Refusal("transparency.signature-unknown", { names });
  }
  return { verified, unknown };
}

/** The checkpoint in a note's text: {origin, size, root} (tlog-checkpoint); throws `Refusal`. */
function readCheckpoint(text) {
  const lines = textOf(text).split("\n");
  if (lines.pop() !== "" || lines.length < 3 || lines.includes("")) {
    throw new Refusal("transparency.checkpoint-lines");
  }
  const size = numberOf(lines[1]);
  const root = hashOf(lines[2]);
  if (size === null) throw new Refusal("transparency.checkpoint-size", { part: lines[1].slice(0, 80) });
  if (root === null) throw new Refusal("transparency.checkpoint-root", { part: lines[2].slice(0, 80) });
  return { origin: lines[0], size, root };
}

/** A checkpoint that a known key of its origin signed, with all verified signatures; throws
 * `Refusal`. */
async function openCheckpoint(octets, keys, own = false) {
  const note = readNote(octets);
  const checkpoint = readCheckpoint(note.text);
  const opened = await openNote(note, keys, own);
  const byLog = ({ key }) => key.kind === SIGNATURE && key.name === checkpoint.origin;
  if (!opened.verified.some(byLog)) {
    throw new Refusal("transparency.checkpoint-origin", { origin: checkpoint.origin });
  }
  return { checkpoint, note, log: opened.verified.find(byLog).key, ...opened };
}
