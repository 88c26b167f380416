// SPDX-License-Identifier: Apache-2.0
// What receipts of ours show beside the proof: the entry, what opens it, the record's name.

const OPENING_FIELDS = ["salt", "digest", "received"];
const RECEIPT_LIMIT = 2000000;

function formRefused(place) {
  return new Refusal("evidence.form", { place });
}

/** An opening from its JSON members (a Map), exactly salt and digest, or those and received;
 * throws `Refusal` that names the place. */
function readOpening(told, place) {
  const names = told instanceof Map ? OPENING_FIELDS.slice(0, told.size) : [];
  if (names.length < 2 || told.size !== names.length || !names.every((name) => told.has(name))) {
    throw formRefused(place);
  }
  const found = names.map((name) => {
    const octets = typeof told.get(name) === "string" ? octetsOfUrl(told.get(name)) : null;
    if (!octets || octets.length !== 32) throw formRefused(`${place}.${name}`);
    return octets;
  });
  return { salt: found[0], digest: found[1], received: found[2] ?? new Uint8Array() };
}

/** An opening from its 96 or 64 octets; throws `Refusal`. */
function openingIn(octets, place) {
  if (octets.length !== 96 && octets.length !== 64) throw formRefused(place);
  return { salt: octets.slice(0, 32), digest: octets.slice(32, 64), received: octets.slice(64) };
}

/** What the entry must say under `commit`: HMAC-SHA-256 under the salt, base64url. */
function commitmentOf({ salt, digest, received }) {
  return armouredUrl(hmac256(salt, joined(digest, received)));
}

/** What a receipt of ours shows: {entry, opening, record}; throws `Refusal` for others'. There is
 * one spelling (RFC 8785). */
function readShown(receipt) {
  if (!receipt.extra) throw new Refusal("evidence.no-extra", { place: "extra" });
  const text = textOf(receipt.extra);
  let told;
  try {
    if (canonicalJson(JSON.parse(text)) !== text) throw formRefused("extra");
    told = readJson(receipt.extra);
  } catch {
    throw formRefused("extra");
  }
  const known = ["v", "entry", "opening", "record"];
  if (!(told instanceof Map) || told.get("v") !== 1n || ![...told.keys()].every((name) => known.includes(name))) {
    throw formRefused("extra");
  }
  const opening = told.has("opening") ? readOpening(told.get("opening"), "extra.opening") : null;
  const record = told.has("record") ? toldText(told, "record") : null;
  return { entry: utf8(toldText(told, "entry")), opening, record };
}

function toldText(told, name) {
  const value = told.get(name);
  if (typeof value !== "string") throw formRefused(`extra.${name}`);
  return value;
}

/** A receipt of ours and what it shows; throws `Refusal`. */
function readOurs(octets) {
  if (octets.length > RECEIPT_LIMIT) {
    throw new Refusal("evidence.too-long", { most: RECEIPT_LIMIT, place: "" });
  }
  const receipt = readReceipt(octets);
  return { receipt, shown: readShown(receipt) };
}
