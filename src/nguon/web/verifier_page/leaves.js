// SPDX-License-Identifier: Apache-2.0
// What an entry's leaf says to everybody (docs/proofs.md, "Entries").

/** The facts of a leaf: {kind, commit, subjects, root, body}, each null where it does not say it.
 * Octets that are no canonical JSON object (RFC 8785) say nothing. */
function readLeaf(octets) {
  const nothing = { kind: null, commit: null, subjects: null, root: null, body: null };
  let told;
  let plain;
  try {
    told = readJson(octets);
    plain = JSON.parse(textOf(octets));
    if (!(told instanceof Map) || canonicalJson(plain) !== textOf(octets)) return nothing;
  } catch {
    return nothing;
  }
  const text = (name) => (typeof told.get(name) === "string" ? told.get(name) : null);
  const subjects = told.get("subjects");
  const listed = Array.isArray(subjects) && subjects.every((mark) => typeof mark === "string");
  return {
    kind: text("kind"),
    commit: text("commit"),
    subjects: listed ? [...subjects] : null,
    root: text("subjects_root"),
    body: told.has("body") ? canonicalJson(plain.body) : null,
  };
}

/** The marks of an entry; those told beside it count if their hash stands in it (docs/proofs.md,
 * `subjects_root`). Null where they are unknown. */
function marksOf(entry) {
  const leaf = readLeaf(entry.entry);
  if (leaf.root === null || entry.marks === null) return leaf.subjects;
  return armouredUrl(sha256(utf8(entry.marks.join("")))) === leaf.root ? entry.marks : null;
}

/** An item's mark in entries: 16 octets of HMAC-SHA-256 under the item's secret (docs/proofs.md). */
function itemMark(key, secret) {
  return hmac256(secret, utf8(key)).slice(0, 16);
}

/** Where a map has the item of a mark (docs/proofs.md, "Packages"). */
function markPath(mark) {
  return sha256(joined(utf8("nguon/map-path\n"), mark));
}
