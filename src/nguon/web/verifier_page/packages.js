// SPDX-License-Identifier: Apache-2.0
// Packages of proofs (nguon/proofs@v1): every member known, every value in its one spelling.

const PACKAGE = "nguon/proofs@v1";
const PACKAGE_LIMIT = 20000000;
const ENTRY_LIMIT = 10000;
const TEXT = "text";
const INDEX = "index";
const FLAG = "boolean";
const ANYTHING = "anything";
const ANY_MEMBERS = "members";
const MANY_TEXTS = "texts";
const OPENING = [{ salt: TEXT, digest: TEXT }, { received: TEXT }];
const ENTRY = [
  { index: INDEX, proof: [TEXT], entry: TEXT },
  { opening: OPENING, event: TEXT, context: TEXT, statement: TEXT, marks: [TEXT] },
];
const COMPLETE = [
  { item: TEXT, secret: TEXT, head: ENTRY, map_proof: TEXT, list: [[{ index: INDEX, leaf: TEXT }, {}]] },
  {},
];
const ANCHOR = [{ kind: TEXT, checkpoint: TEXT, token: TEXT }, { proof: [TEXT] }];
const WHOLE = [
  { format: TEXT, checkpoint: TEXT, entries: [ENTRY] },
  { completeness: [COMPLETE], anchors: [ANCHOR] },
];

/** Refuses a JSON value that has not the shape: [needed, optional] members of an object, [shape] of
 * an array's elements, or a word. */
function shaped(value, shape, place) {
  const refused = new Refusal("evidence.json", { place });
  if (shape === ANYTHING) return;
  if (shape === FLAG) {
    if (typeof value !== FLAG) throw refused;
    return;
  }
  if (shape === ANY_MEMBERS || shape === MANY_TEXTS) {
    const fits = value instanceof Map && (shape === ANY_MEMBERS || [...value.values()].every((each) => typeof each === "string"));
    if (!fits) throw refused;
    return;
  }
  if (shape === TEXT || shape === INDEX) {
    const fits = shape === TEXT ? typeof value === "string" : typeof value === "bigint" && value >= 0n && value < EXACT;
    if (!fits) throw refused;
  } else if (shape.length === 1) {
    if (!Array.isArray(value)) throw refused;
    value.forEach((each, at) => shaped(each, shape[0], `${place}[${at}]`));
  } else {
    membersShaped(value, shape, place, refused);
  }
}

function membersShaped(value, [needed, optional], place, refused) {
  if (!(value instanceof Map) || Object.keys(needed).some((name) => !value.has(name))) throw refused;
  for (const [name, member] of value) {
    const table = Object.hasOwn(needed, name) ? needed : optional;
    if (!Object.hasOwn(table, name)) throw refused;
    shaped(member, table[name], `${place}.${name}`);
  }
}

function limited(list, place) {
  if (list.length > ENTRY_LIMIT) throw new Refusal("evidence.too-many", { most: ENTRY_LIMIT, place });
}

/** Whether octets say in JSON that they are of this format; throws `Refusal` where they do not. */
function requireFormat(octets) {
  let told;
  try {
    told = JSON.parse(textOf(octets));
  } catch {
    throw new Refusal("evidence.json", { place: "$" });
  }
  const { format = "" } = told && typeof told === "object" && !Array.isArray(told) ? told : { format: null };
  if (typeof format !== "string") throw new Refusal("evidence.json", { place: "$" });
  if (format !== PACKAGE) {
    throw new Refusal("evidence.format", { part: [...format].slice(0, 80).join(""), place: "$.format" });
  }
}

/** The package in a file: {checkpoint, entries, completeness, anchors}; throws `Refusal` that names
 * the place. */
function readPackage(octets) {
  if (octets.length > PACKAGE_LIMIT) {
    throw new Refusal("evidence.too-long", { most: PACKAGE_LIMIT, place: "" });
  }
  requireFormat(octets);
  const told = readJson(octets);
  shaped(told, WHOLE, "$");
  const part = (name, read) => {
    const list = told.get(name) ?? [];
    return [list, () => list.map((each, at) => read(each, `$.${name}[${at}]`))];
  };
  const parts = { entries: packedEntry, completeness: packedComplete, anchors: packedAnchor };
  const found = Object.entries(parts).map(([name, read]) => [name, ...part(name, read)]);
  found.forEach(([name, list]) => limited(list, `$.${name}`));
  const whole = Object.fromEntries(found.map(([name, , make]) => [name, make()]));
  return { checkpoint: utf8(told.get("checkpoint")), ...whole };
}

function hashesOf(texts, place) {
  return texts.map((text, at) => {
    const found = hashOf(text);
    if (!found) throw formRefused(`${place}[${at}]`);
    return found;
  });
}

function packedEntry(told, place) {
  if (told.get("proof").length > HASH_LIMIT) throw formRefused(`${place}.proof`);
  const marks = told.get("marks") ?? [];
  return {
    index: told.get("index"),
    proof: hashesOf(told.get("proof"), `${place}.proof`),
    entry: utf8(told.get("entry")),
    opening: told.has("opening") ? readOpening(told.get("opening"), `${place}.opening`) : null,
    event: told.get("event") || null,
    context: told.get("context") || null,
    statement: told.get("statement") || null,
    marks: marks.length ? marks : null,
  };
}

function packedComplete(told, place) {
  limited(told.get("list"), `${place}.list`);
  const secret = octetsOfUrl(told.get("secret"));
  if (!secret || secret.length !== 32) throw formRefused(`${place}.secret`);
  const leaves = hashesOf(told.get("list").map((each) => each.get("leaf")), `${place}.list`);
  return {
    item: told.get("item"),
    secret,
    head: packedEntry(told.get("head"), `${place}.head`),
    proof: packedMapProof(told.get("map_proof"), `${place}.map_proof`),
    entries: told.get("list").map((each, at) => ({ index: each.get("index"), leaf: leaves[at] })),
  };
}

function packedMapProof(text, place) {
  try {
    return readMapProof(utf8(text));
  } catch {
    throw formRefused(place);
  }
}

function packedAnchor(told, place) {
  const token = octetsOf(told.get("token"));
  if (!token) throw formRefused(`${place}.token`);
  // What it proves matters where a token is checked, which this page does not.
  if (told.get("proof")?.length > HASH_LIMIT) throw formRefused(`${place}.proof`);
  hashesOf(told.get("proof") ?? [], `${place}.proof`);
  return { kind: told.get("kind"), checkpoint: utf8(told.get("checkpoint")), token };
}
