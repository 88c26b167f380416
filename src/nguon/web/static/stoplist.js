// SPDX-License-Identifier: Apache-2.0
// The offline stop list in a browser: its signature, its filter, its exact list. A filter's hit
// condemns nothing: only a line of a shard that was signed does. Nothing here asks a network.

const LIST_TYPE = "nguon-stoplist+jwt";
const LIST_FORMAT = "nguon-stoplist/1";
const FILTER_MAGIC = [0x4e, 0x47, 0x58, 0x46, 1, 0, 0, 0];
const FILTER_HEAD = 20;
const WORD = (1n << 64n) - 1n;
const TURNS = [0n, 21n, 42n];

/** What a JWS says whose signature by one of these keys (32 octets each) holds; null otherwise. */
async function verifiedList(compact, keys, own = false) {
  const parts = String(compact).split(".");
  const [header, payload, signature] = parts.map(octetsOfUrl);
  if (parts.length !== 3 || !header || !payload || !signature) return null;
  try {
    const head = JSON.parse(textOf(header));
    if (head.alg !== "EdDSA" || head.typ !== LIST_TYPE || "crit" in head) return null;
    const message = utf8(`${parts[0]}.${parts[1]}`);
    for (const key of keys) {
      if (await signatureHolds(key, message, signature, own)) return listed(JSON.parse(textOf(payload)));
    }
  } catch {
    return null;
  }
  return null;
}

/** A manifest, null where it is none. */
function listed(told) {
  const numbers = [told.version, told.bits].every(Number.isSafeInteger);
  const times = [told.made, told.until].every((moment) => !Number.isNaN(Date.parse(moment)));
  const right = told.format === LIST_FORMAT && numbers && times && Array.isArray(told.shards) && told.shards.length === 2 ** told.bits;
  return right ? told : null;
}

/** Whether octets are the ones that were signed. */
function isPart(octets, digest) {
  return armouredUrl(sha256(octets)) === digest;
}

/** A filter read from its octets; null where they are none. */
function readFilter(octets) {
  if (octets.length < FILTER_HEAD || FILTER_MAGIC.some((octet, at) => octets[at] !== octet)) return null;
  const view = new DataView(octets.buffer, octets.byteOffset);
  const block = view.getUint32(16);
  if (!block || octets.length !== FILTER_HEAD + 3 * block) return null;
  return { seed: view.getBigUint64(8), block, prints: octets.subarray(FILTER_HEAD) };
}

/** The hash that a key is found by: eight octets of SHA-256. */
function hashOfKey(key) {
  const octets = sha256(utf8(key));
  return new DataView(octets.buffer, octets.byteOffset).getBigUint64(0);
}

/** Whether the key with this hash may be on the list. */
function filterHolds({ seed, block, prints }, hash) {
  let mixed = (hash + seed) & WORD;
  mixed = ((mixed ^ (mixed >> 33n)) * 0xff51afd7ed558ccdn) & WORD;
  mixed = ((mixed ^ (mixed >> 33n)) * 0xc4ceb9fe1a85ec53n) & WORD;
  mixed ^= mixed >> 33n;
  let found = Number((mixed ^ (mixed >> 32n)) & 0xffn);
  TURNS.forEach((turn, at) => {
    const low = ((mixed << turn) | (mixed >> (64n - turn))) & 0xffffffffn;
    found ^= prints[at * block + Number((low * BigInt(block)) >> 32n)];
  });
  return found === 0;
}

/** The shard that a hash lies in. */
function shardOf(hash, bits) {
  return bits ? Number(hash >> BigInt(64 - bits)) : 0;
}

const KINDS = ["item", "lot", "product"];

/** A line of a shard, of what the changes tell: hash, kind, cause, key. */
function shardLine([hash, kind, cause, key]) {
  return [hash, KINDS.indexOf(kind), cause, key].join("\t");
}

/** In which order two lines of a shard stand: by hash, cause, kind, key. */
function lineOrder(first, second) {
  const [one, other] = [first, second].map((line) => line.split("\t"));
  if (one[0] !== other[0]) return one[0] < other[0] ? -1 : 1;
  return one[2] - other[2] || one[1] - other[1] || (one[3] < other[3] ? -1 : 1);
}

/** The text of a shard without the lines that went, with those that came. */
function changedShard(text, lifted, added) {
  const lines = new Set(text.split("\n").slice(0, -1));
  lifted.forEach((line) => lines.delete(line));
  added.forEach((line) => lines.add(line));
  return [...lines].sort(lineOrder).map((line) => `${line}\n`).join("");
}

/** The causes of a key in a shard's text. */
function causesIn(text, key) {
  const lines = text.split("\n").map((line) => line.split("\t"));
  return lines.filter((line) => line[3] === key).map((line) => Number(line[2]));
}

const productOf = (key) => (key.startsWith("01/") && key.length > 17 ? key.slice(0, 17) : "");
const serialOf = (key) => (key.startsWith("01/") && key.slice(17, 21) === "/21/" ? key.slice(21) : "");

/** The causes of runs and places that cover a key. */
function causesOfRuns({ ranges, places }, key) {
  const serial = serialOf(key);
  const found = places.filter(([place]) => place === key).map((one) => one[1]);
  for (const [first, last, cause] of serial ? ranges : []) {
    const [low, high] = [serialOf(first), serialOf(last)];
    const fits = productOf(first) === productOf(key) && low.length === serial.length;
    if (fits && low <= serial && serial <= high) found.push(cause);
  }
  return found;
}

/**
 * What a list says of a code that names these keys: {answer, causes, falseHits}. `list` has
 * {manifest, filter, causes, shard}; shard(n) gives octets, null where they are not at hand.
 * A part that is not the one that was signed is as good as away.
 */
async function checkKeys(list, keys) {
  const causes = [];
  let away = 0;
  let falseHits = 0;
  for (const key of new Set(keys)) {
    causes.push(...causesOfRuns(list.causes, key));
    const hash = hashOfKey(key);
    if (!filterHolds(list.filter, hash)) continue;
    const number = shardOf(hash, list.manifest.bits);
    const octets = await list.shard(number);
    if (!octets || !isPart(octets, list.manifest.shards[number])) {
      away += 1;
      continue;
    }
    const found = causesIn(textOf(octets) ?? "", key);
    if (!found.length) falseHits += 1;
    causes.push(...found);
  }
  if (causes.length) return { answer: "stopped", causes, falseHits };
  return { answer: away ? "unsure" : "free", causes, falseHits };
}
