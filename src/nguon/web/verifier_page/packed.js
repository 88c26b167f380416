// SPDX-License-Identifier: Apache-2.0
// A receipt in as few octets as a QR symbol carries: an octet of the version, then fields, each
// after its length in two octets: index, proof, entry, opening, text, name and octets of signatures.

function fieldsOf(octets) {
  const fields = [];
  for (let at = 1; at < octets.length; ) {
    const length = octets[at] * 256 + octets[at + 1];
    if (!(at + 2 + length <= octets.length)) throw formRefused("packed");
    fields.push(octets.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return fields;
}

function signatureLines(fields) {
  const lines = [];
  for (let at = 0; at < fields.length; at += 2) {
    const name = textOf(fields[at]);
    if (name === null) throw formRefused("packed");
    lines.push(`${DASH}${name} ${armoured(fields[at + 1])}\n`);
  }
  return lines;
}

function spelledExtra(entry, opening) {
  const told = { v: 1, entry };
  if (opening) {
    const names = OPENING_FIELDS.slice(0, opening.received.length ? 3 : 2);
    told.opening = Object.fromEntries(names.map((name) => [name, armouredUrl(opening[name])]));
  }
  return canonicalJson(told);
}

function hashesIn(octets) {
  return Array.from({ length: octets.length / 32 }, (_, at) => octets.slice(at * 32, at * 32 + 32));
}

function faithfulNote(checkpoint, text, fields) {
  const note = readNote(checkpoint);
  return same(note.text, text) && note.signatures.length * 2 === fields.length
    && note.signatures.every((each, at) => each.name === textOf(fields[2 * at])
      && each.id + hex(each.octets) === hex(fields[2 * at + 1]));
}

/** The octets of the receipt (tlog-proof@v1) that was packed; throws `Refusal`. */
function unpacked(octets) {
  const fields = octets[0] === 1 ? fieldsOf(octets) : [];
  if (fields.length < 7 || (fields.length - 5) % 2) throw formRefused("packed");
  const [index, proof, entry, opened, text, ...signatures] = fields;
  const told = textOf(entry);
  if (index.length !== 8 || proof.length % 32 || told === null) throw formRefused("packed");
  const opening = opened.length ? openingIn(opened, "packed") : null;
  const checkpoint = joined(text, utf8("\n"), ...signatureLines(signatures).map(utf8));
  const faithful = (() => {
    try {
      return faithfulNote(checkpoint, text, signatures);
    } catch {
      return false;
    }
  })();
  if (!faithful || numberFrom(index) >= SIZE_LIMIT) throw formRefused("packed");
  const extra = armoured(utf8(spelledExtra(told, opening)));
  const lines = [PROOF_HEAD, `extra ${extra}`, `index ${numberFrom(index)}`, ...hashesIn(proof).map(armoured), "", ""];
  const whole = joined(utf8(lines.join("\n")), checkpoint);
  readReceipt(whole);
  return whole;
}

/** The octets of the receipt that a scanned symbol carries, with an address before it or not;
 * throws `Refusal`. */
function receiptInAddress(text) {
  const trimmed = text.trim();
  const octets = octetsOfUrl(trimmed.slice(trimmed.lastIndexOf("#r=") + (trimmed.includes("#r=") ? 3 : 0)));
  if (!octets) throw formRefused("packed");
  return unpacked(octets);
}
