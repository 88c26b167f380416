// SPDX-License-Identifier: Apache-2.0
// Whether entries are in the log, say what their openings say, and are about their events.

/** Checks that the checkpoint's tree has the entry; throws `Refusal`. */
function checkIncluded(entry, checkpoint) {
  checkInclusion(entry.index, checkpoint.size, leafHash(entry.entry), checkpoint.root, entry.proof);
}

/** Every entry's place, and the receipt's number where one is given (docs/proofs.md, `inclusion`). */
function judgeInclusion(entries, checkpoint, number) {
  for (const entry of entries) {
    try {
      checkIncluded(entry, checkpoint);
    } catch (error) {
      return refusedBy("inclusion", error, { count: entries.length, index: entry.index });
    }
  }
  if (!entries.length) return leftOpen("inclusion", "evidence.no-entry");
  const { index } = entries[0];
  if (number !== null && number !== receiptNumber(checkpoint, index)) {
    const told = `${checkpoint.origin} ${index}`;
    return fails("inclusion", "evidence.other-number", { part: number, told, index });
  }
  return held("inclusion", { count: entries.length, index });
}

/** How people call a receipt: the log's part and the place in it (docs/proofs.md, "Receipts"). */
function receiptNumber({ origin }, index) {
  const name = origin.slice(origin.lastIndexOf("/") + 1);
  return /^[1-9][0-9]{0,8}$/.test(name) ? `${name}-${index}` : null;
}

/** Whether each entry commits to what its opening says (docs/proofs.md, `opening`). */
function judgeOpenings(entries) {
  const opened = entries.filter((entry) => entry.opening);
  const params = { count: opened.length, of: entries.length };
  for (const entry of opened) {
    if (!opens(entry)) return fails("opening", "evidence.opening-differs", { ...params, index: entry.index });
  }
  if (!opened.length) return leftOpen("opening", "evidence.not-opened", params);
  return held("opening", { index: opened[0].index, ...params });
}

function opens({ entry, opening }) {
  const leaf = readLeaf(entry);
  const ofEvent = opening.received.length > 0;
  return (leaf.kind === "event") === ofEvent && leaf.commit === commitmentOf(opening);
}

/** Whether the events and statements of a package are what its entries are about (docs/proofs.md,
 * `event`). The record digest is not worked out here: the octets must be those received. */
async function judgeEvents(entries) {
  const about = entries.filter((entry) => entry.event !== null || entry.statement !== null);
  const params = { count: about.length, of: entries.length };
  for (const entry of about) {
    const reason = await differs(entry);
    if (reason) return fails("event", reason, { index: entry.index, ...params });
  }
  if (!about.length) return leftOpen("event", "evidence.no-event", params);
  return held("event", { index: about[0].index, ...params });
}

async function differs({ entry, event, statement, opening }) {
  if (event !== null && statement !== null) return "evidence.event-differs";
  if (!opening) {
    const open = statement !== null && readLeaf(entry).body === statement;
    return open ? null : "evidence.event-not-opened";
  }
  const found = await digested(utf8(event ?? statement));
  const told = event === null ? opening.digest : opening.received;
  const plain = event !== null || !opening.received.length;
  return plain && same(found, told) ? null : "evidence.event-differs";
}

/** The events in a file, each as {octets, id}: a document's, or the one that the file is. */
function eventsIn(octets) {
  const bare = stripped(octets);
  let told = null;
  try {
    told = readJson(bare);
  } catch {
    return [{ octets: bare, id: null }];
  }
  const list = eventListOf(told);
  const id = (event) => (event instanceof Map ? event.get("eventID") ?? null : null);
  if (!list) return [{ octets: bare, id: id(told) }];
  return list.map((event, at) => ({ octets: utf8(list.texts[at]), id: id(event) }));
}

function stripped(octets) {
  const space = (octet) => [0x20, 0x09, 0x0a, 0x0d].includes(octet);
  let [start, end] = [0, octets.length];
  while (start < end && space(octets[start])) start += 1;
  while (end > start && space(octets[end - 1])) end -= 1;
  return octets.slice(start, end);
}

function eventListOf(told) {
  const path = {
    EPCISDocument: ["epcisBody", "eventList"],
    EPCISQueryDocument: ["epcisBody", "queryResults", "resultsBody", "eventList"],
  }[told instanceof Map ? told.get("type") : ""];
  const found = path && path.reduce((at, name) => (at instanceof Map ? at.get(name) : undefined), told);
  return Array.isArray(found) ? found : null;
}

/** Whether one of the events of a file is, octet by octet, what one of the entries is about
 * (docs/proofs.md, `event`). Another spelling of the same record stays open: the record digest is
 * not worked out here. `record` is the receipt's name of it. */
async function judgeGiven(entries, events, record) {
  const opened = entries.filter((entry) => entry.opening);
  if (!opened.length) return leftOpen("event", "evidence.not-opened", { count: 0, of: entries.length });
  const hashes = await Promise.all(events.map(({ octets }) => digested(octets)));
  for (const { index, opening } of opened) {
    const at = hashes.findIndex((each) => same(each, opening.received));
    if (at < 0) continue;
    // Of the names of an event, the URI of its CBV hash is not worked out here.
    if (record !== null && !record.startsWith("ni:") && record !== events[at].id) {
      return fails("event", "evidence.other-record", { record, index });
    }
    return held("event", { count: 1, of: entries.length, index });
  }
  return leftOpen("event", "verifier.not-octets", { count: 1, of: entries.length });
}
