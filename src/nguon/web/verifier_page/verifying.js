// SPDX-License-Identifier: Apache-2.0
// The verifier: what a file shows under a policy, finding by finding (docs/proofs.md). It believes
// nothing that is not covered by the signatures: what rests on something that does not hold stays
// open.

/** What a receipt (also packed), a package or a checkpoint shows: {kind, findings, facts}.
 *
 * `asked` has `policy` and `now` (BigInt, seconds since 1970), and may have `most` (greatest age in
 * seconds), `event` (octets of a file), `item` ({key, secret or null}), `number` (of the receipt) and
 * `own` (no help of the browser with signatures). Throws `Refusal`, with the place, for what cannot
 * be read. */
async function verify(octets, asked) {
  if (kindOf(octets) === "dossier") return verifyDossier(octets, asked);
  const evidence = readEvidence(octets);
  const { findings, times, ahead } = await judgeCheckpoint(evidence.package.checkpoint, asked);
  const known = { kind: evidence.kind, facts: { ...factsOf(evidence, times), ahead } };
  if (evidence.kind === "checkpoint") return { ...known, findings };
  return { ...known, findings: [...findings, ...(await judgeContent(evidence, findings[0].holds, asked))] };
}

async function judgeContent(evidence, signed, asked) {
  const { entries, anchors } = evidence.package;
  const inclusion = signed ? judgeInclusion(entries, evidence.checkpoint, asked.number ?? null) : null;
  if (!inclusion || inclusion.holds === false) {
    return [inclusion ?? leftOpen("inclusion", "evidence.rests"), ...resting(evidence.package, asked)];
  }
  const own = await judgeEvents(entries);
  const event = asked.event && own.holds !== false
    ? await judgeGiven(entries, eventsIn(asked.event), evidence.record)
    : own;
  const anchored = anchors.map(({ kind }) => leftOpen("anchor", "evidence.no-checker", { kind }));
  return [inclusion, judgeOpenings(entries), event, ...judgeItems(evidence, asked), ...anchored];
}

/** What cannot be judged because something above it does not hold. */
function resting(content, asked) {
  const rest = (code, params = {}) => leftOpen(code, "evidence.rests", params);
  const listed = new Set(content.completeness.map(({ item }) => item));
  const items = itemsAsked(content, asked).flatMap(({ key: item }) => {
    const codes = listed.has(item) ? ["map-logged", "complete", "subject"] : ["subject"];
    return codes.map((code) => rest(code, { item }));
  });
  return [rest("opening"), rest("event"), ...items, ...content.anchors.map(({ kind }) => rest("anchor", { kind }))];
}

/** The items that the package has lists of, and the one that was asked for. */
function itemsAsked({ completeness }, { item = null }) {
  const found = completeness.map((each) => ({ key: each.item, secret: each.secret }));
  const listed = item && found.some(({ key }) => key === item.key);
  return item && (item.secret || !listed) ? [...found, item] : found;
}

function judgeItems({ kind, package: content, checkpoint }, asked) {
  const { completeness, entries } = content;
  const lists = completeness.flatMap((each) => [
    ...judgeComplete(each, entries, checkpoint),
    judgeSubject({ key: each.item, secret: each.secret }, entriesAbout(content, each.item)),
  ]);
  if (kind === "package" && !lists.length) lists.push(leftOpen("complete", "evidence.no-list", { item: "\u2013" }));
  const others = itemsAsked(content, asked).slice(completeness.length);
  return [...lists, ...others.map((item) => (!item.secret && completeness.length
    ? fails("subject", "evidence.other-item", { item: item.key })
    : judgeSubject(item, entriesAbout(content, item.key))))];
}

/** The entries that should be about an item: those in its list, or all. */
function entriesAbout({ completeness, entries }, item) {
  const list = completeness.find((each) => each.item === item);
  if (!list) return entries;
  const listed = new Set(list.entries.map(({ index }) => index));
  return entries.filter(({ index }) => listed.has(index));
}

/** What people are told beside the findings; only what the signatures cover may be believed. */
function factsOf({ kind, checkpoint, package: content, record }, times) {
  const one = content.entries.length === 1 ? content.entries[0] : null;
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    index: one && one.index,
    number: kind === "receipt" ? receiptNumber(checkpoint, one.index) : null,
    count: content.entries.length,
    record,
    times,
    entry: one && textFrom(one.entry),
    checkpoint: textFrom(content.checkpoint),
  };
}
