// SPDX-License-Identifier: Apache-2.0
// Proofs that one tree holds a part of itself: entries, prefixes, subtrees (RFC 6962 sections
// 2.1.1 and 2.1.2; subtrees as in draft-ietf-plants-merkle-tree-certs section 4). All numbers are
// BigInt.

/** The hash of an entry (RFC 6962 section 2.1). */
function leafHash(entry) {
  return sha256(joined(Uint8Array.of(0), entry));
}

/** The hash of an inner node (RFC 6962 section 2.1). */
function nodeHash(left, right) {
  return sha256(joined(Uint8Array.of(1), left, right));
}

/** The root over leaf hashes, by layers from below; a last one alone goes up unchanged. */
function rootOfHashes(hashes) {
  if (!hashes.length) return sha256(new Uint8Array());
  let layer = hashes;
  while (layer.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < layer.length; at += 2) above.push(nodeHash(layer[at], layer[at + 1]));
    if (layer.length % 2) above.push(layer[layer.length - 1]);
    layer = above;
  }
  return layer[0];
}

const bitLength = (number) => (number ? BigInt(number.toString(2).length) : 0n);

/** The way from the range [start, end) up to the root of a tree: on which side of what is known
 * each hash of the proof stands, from below; throws `Refusal` where there is none. */
function wayUp(start, end, size) {
  const length = end - start;
  const fits = start >= 0n && length > 0n && end <= size && start % (1n << bitLength(length - 1n)) === 0n;
  if (!fits) throw new Refusal("transparency.not-subtree", { start, end, size });
  const sides = [];
  let [low, top, whole] = [0n, size, true];
  while ((start > low ? start : low) !== low || end !== top) {
    const middle = low + (1n << (bitLength(top - low - 1n) - 1n));
    if (end <= middle) {
      sides.push("right");
      top = middle;
      continue;
    }
    whole = whole && start >= middle;
    sides.push(start >= middle ? "left" : "both");
    low = middle;
  }
  return { sides: sides.reverse(), whole, count: sides.length + (whole ? 0 : 1) };
}

function counted(proof, wanted) {
  if (proof.length !== wanted) {
    throw new Refusal("transparency.proof-length", { given: proof.length, wanted });
  }
}

function lengthsChecked(...hashes) {
  for (const each of hashes) {
    if (each.length !== 32) throw new Refusal("transparency.hash-length", { length: each.length });
  }
}

function emptyChecked(root, proof) {
  counted(proof, 0);
  if (!same(root, sha256(new Uint8Array()))) throw new Refusal("transparency.empty-root");
}

/** Checks that the tree with this root holds the subtree with the hash `part`; `within` is start,
 * end and size. Of the empty subtree only the hash is checked. Throws `Refusal`. */
function checkPart([start, end, size], part, root, proof) {
  lengthsChecked(part, root, ...proof);
  if (start >= 0n && start === end && end <= size) {
    emptyChecked(part, proof);
    return;
  }
  const way = wayUp(start, end, size);
  counted(proof, way.count);
  const beside = way.whole ? proof : proof.slice(1);
  let whole = way.whole ? part : proof[0];
  let ours = whole;
  way.sides.forEach((side, at) => {
    if (side === "both") ours = nodeHash(beside[at], ours);
    whole = side === "right" ? nodeHash(whole, beside[at]) : nodeHash(beside[at], whole);
  });
  if (!same(ours, part) || !same(whole, root)) {
    throw new Refusal("transparency.proof-fails", { size });
  }
}

/** Checks that the entry with this leaf hash stands at `index` (RFC 6962 section 2.1.1; RFC 9162
 * section 2.1.3.2); throws `Refusal`. */
function checkInclusion(index, size, leaf, root, proof) {
  checkPart([index, index + 1n, size], leaf, root, proof);
}

/** Checks that an old tree is a prefix of a new one (RFC 9162 section 2.1.4.2); throws `Refusal`. */
function checkConsistency(old, size, oldRoot, root, proof) {
  checkPart([0n, old, size], oldRoot, root, proof);
  if (size === 0n) emptyChecked(root, proof);
}

/** Checks that an entry is in the subtree [start, end) with the hash `part`; throws `Refusal`. */
function checkInSubtree([index, start, end], leaf, part, proof) {
  if (!(start <= index && index < end)) {
    throw new Refusal("transparency.not-subtree", { start: index, end: index + 1n, size: end });
  }
  wayUp(start, end, end);
  checkInclusion(index - start, end - start, leaf, part, proof);
}
