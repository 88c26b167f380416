// SPDX-License-Identifier: Apache-2.0
// Whether entries are about an item, and whether they are all that there are of it.

/** Whether the map's head is logged, the list is the map's, and the entries are the list's
 * (docs/proofs.md, `map-logged` and `complete`). */
function judgeComplete(told, entries, checkpoint) {
  const [head, logged] = judgeHead(told, checkpoint);
  if (!head) return [logged, leftOpen("complete", "evidence.rests", { item: told.item })];
  return [logged, judgeList(told, head, entries)];
}

function judgeHead({ item, head: entry }, checkpoint) {
  const { index } = entry;
  let head;
  try {
    checkIncluded(entry, checkpoint);
    head = readMapHead(entry.entry);
  } catch (error) {
    return [null, refusedBy("map-logged", error, { item, index })];
  }
  const params = { item, index, size: head.size };
  if (head.origin !== checkpoint.origin) {
    return [null, fails("map-logged", "evidence.head-log", { origin: head.origin, ...params })];
  }
  if (head.size > index) return [null, fails("map-logged", "evidence.head-beyond", params)];
  return [head, held("map-logged", params)];
}

function judgeList({ item, secret, entries: list, proof }, head, entries) {
  const mark = itemMark(item, secret);
  const listed = new Map(list.map(({ index, leaf }) => [index, leaf]));
  const shown = new Set(entries.map(({ index }) => index).filter((index) => listed.has(index))).size;
  const params = { item, count: list.length, size: head.size, shown };
  try {
    checkComplete(head, markPath(mark), list, proof);
  } catch (error) {
    return refusedBy("complete", error, params);
  }
  const wrong = entries.find((entry) => contradicts(entry, listed, head, armouredUrl(mark)));
  if (wrong) return fails("complete", "evidence.list-contradicted", { ...params, index: wrong.index });
  return held("complete", params);
}

function contradicts(entry, listed, head, mark) {
  const leaf = listed.get(entry.index);
  if (leaf) return !same(leafHash(entry.entry), leaf);
  return entry.index < head.size && (marksOf(entry) ?? []).includes(mark);
}

/** Whether all these entries carry the item's mark (docs/proofs.md, `subject`); `secret` may be
 * null. */
function judgeSubject({ key, secret }, entries) {
  const params = { item: key, count: entries.length };
  if (!secret) return leftOpen("subject", "evidence.no-secret", params);
  const mark = armouredUrl(itemMark(key, secret));
  let hidden = null;
  for (const entry of entries) {
    const marks = marksOf(entry);
    if (marks === null && entry.marks === null && readLeaf(entry.entry).root !== null) hidden = entry.index;
    else if (!(marks ?? []).includes(mark)) {
      return fails("subject", "evidence.not-marked", { ...params, index: entry.index });
    }
  }
  if (hidden !== null) return leftOpen("subject", "evidence.marks-hidden", { ...params, index: hidden });
  if (!entries.length) return leftOpen("subject", "evidence.no-entry", params);
  return held("subject", { ...params, index: entries[0].index });
}
