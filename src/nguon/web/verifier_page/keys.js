// SPDX-License-Identifier: Apache-2.0
// Keys of notes as a verifier is told them (C2SP signed-note, "Verifier keys"); Ed25519 only.

const SIGNATURE = 1;
const COSIGNATURE = 4;
const SPACES = /[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Not empty, no Unicode space, no plus, no control character (signed-note, "Format"). */
function validName(name) {
  return name !== "" && !SPACES.test(name) && !/[+\u0000-\u001f\ud800-\udfff]/u.test(name);
}

/** The four octets, in hexadecimal, that find a key and prove nothing. */
function keyId(name, kind, octets) {
  return hex(sha256(joined(utf8(`${name}\n`), Uint8Array.of(kind), octets)).subarray(0, 4));
}

/** The key that a vkey names: {name, kind, octets, id}; throws `Refusal`. */
function readKey(text) {
  const [name, told = "", ...rest] = text.split("+");
  const octets = octetsOf(rest.join("+"));
  if (!/^[0-9a-f]{8}$/.test(told) || !octets || !octets.length) {
    throw new Refusal("transparency.key-form", { part: text });
  }
  if (!validName(name)) throw new Refusal("transparency.key-name", { part: name });
  const kind = octets[0];
  if (kind !== SIGNATURE && kind !== COSIGNATURE) {
    throw new Refusal("transparency.key-type", { name, type: `0x${hex(octets.subarray(0, 1))}` });
  }
  const id = keyId(name, kind, octets.subarray(1));
  if (octets.length !== 33) throw new Refusal("transparency.key-form", { part: text });
  if (id !== told) throw new Refusal("transparency.key-id", { name, given: told, wanted: id });
  return { name, kind, octets: octets.slice(1), id };
}

/** The time that a cosignature states (BigInt, seconds since 1970). */
function cosignedAt(signature) {
  return numberFrom(signature.subarray(0, 8));
}

/** Whether this is the key's signature, or cosignature with its time, of a text (signed-note;
 * tlog-cosignature, cosignature/v1). */
async function keyHolds(key, text, signature, own = false) {
  if (key.kind === SIGNATURE) return signatureHolds(key.octets, text, signature, own);
  const head = utf8(`cosignature/v1\ntime ${cosignedAt(signature)}\n`);
  return signatureHolds(key.octets, joined(head, text), signature.subarray(8), own);
}
