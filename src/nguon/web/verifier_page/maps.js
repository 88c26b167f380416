// SPDX-License-Identifier: Apache-2.0
// Proofs of a map (nguon/map-proof@v1) and of an item's whole list (nguon/map@v1).

const MAP_PROOF = "nguon/map-proof@v1";
const MAP_HEAD = "nguon/map@v1";

/** The proof in a text: {siblings, leaf}; throws `Refusal` that names the line. */
function readMapProof(octets) {
  const lines = textFrom(octets).split("\n");
  if (lines.length < 3 || lines.pop() !== "" || lines[0] !== MAP_PROOF || lines.length > 258) {
    throw new Refusal("transparency.map-proof-form", { line: 1 });
  }
  const siblings = lines.slice(2).map((line, at) => {
    const found = hashOf(line);
    if (!found) throw new Refusal("transparency.map-proof-form", { line: at + 3 });
    return found;
  });
  return { siblings, leaf: readMapLeaf(lines[1]) };
}

function readMapLeaf(line) {
  if (line === "nothing") return null;
  const rest = line.replace(/^leaf /, "");
  const space = rest.indexOf(" ");
  const path = space < 0 ? null : hashOf(rest.slice(0, space));
  const value = octetsOf(rest.slice(space + 1));
  if (!line.startsWith("leaf ") || !path || !value) {
    throw new Refusal("transparency.map-proof-form", { line: 2 });
  }
  return { path, value };
}

const bitAt = (path, depth) => (path[depth >> 3] >> (7 - (depth & 7))) & 1;

function shareBits(one, other, bits) {
  for (let at = 0; at < bits; at += 1) if (bitAt(one, at) !== bitAt(other, at)) return false;
  return true;
}

/** What a path has under a map's root, null for nothing; throws `Refusal`. Nodes are SHA-256 of
 * 0x02, path, value or of 0x03, left, right; 32 zero octets stand for nothing. */
function valueAt(root, path, { siblings, leaf }) {
  const depth = siblings.length;
  let name = new Uint8Array(32);
  if (leaf) {
    if (!shareBits(leaf.path, path, depth)) throw new Refusal("transparency.map-proof-fails");
    name = sha256(joined(Uint8Array.of(2), leaf.path, leaf.value));
  }
  siblings.forEach((sibling, at) => {
    const pair = bitAt(path, depth - at - 1) ? [sibling, name] : [name, sibling];
    name = sha256(joined(Uint8Array.of(3), ...pair));
  });
  if (!same(name, root)) throw new Refusal("transparency.map-proof-fails");
  return leaf && same(leaf.path, path) ? leaf.value : null;
}

/** The head of a map in an entry: {origin, size, root}; throws `Refusal`. */
function readMapHead(octets) {
  const lines = (textOf(octets) ?? "").split("\n");
  const size = lines.length === 5 ? numberOf(lines[2]) : null;
  const root = lines.length === 5 ? hashOf(lines[3]) : null;
  if (lines[0] !== MAP_HEAD || lines[4] !== "" || !lines[1] || size === null || !root) {
    throw new Refusal("transparency.map-head");
  }
  return { origin: lines[1], size, root };
}

/** Checks that exactly these entries ({index, leaf}), in this order, are all of an item up to the
 * head's size; throws `Refusal`. */
function checkComplete(head, path, entries, proof) {
  for (let at = 1; at < entries.length; at += 1) {
    if (entries[at - 1].index >= entries[at].index) {
      throw new Refusal("transparency.list-order", { index: entries[at].index });
    }
  }
  const last = entries[entries.length - 1];
  if (last && last.index >= head.size) {
    throw new Refusal("transparency.list-beyond", { index: last.index, size: head.size });
  }
  const empty = joined(eight(0n), rootOfHashes([]));
  const value = valueAt(head.root, path, proof) ?? empty;
  if (value.length !== 40) throw new Refusal("transparency.list-value");
  const committed = numberFrom(value.subarray(0, 8));
  if (committed !== BigInt(entries.length)) {
    throw new Refusal("transparency.list-count", { committed, given: entries.length });
  }
  const root = rootOfHashes(entries.map(({ index, leaf }) => leafHash(joined(eight(index), leaf))));
  if (!same(root, value.subarray(8))) {
    throw new Refusal("transparency.list-differs", { count: committed });
  }
}
