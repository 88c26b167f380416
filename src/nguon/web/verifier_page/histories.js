// SPDX-License-Identifier: Apache-2.0
// The history of each key from the statements in the log (docs/evidence.md): whose it is, when it
// stood. The order of the log counts.

const KEY_ACTIONS = ["bind", "replace", "suspend", "resume", "revoke"];

/** Whether one place of the log ([part, index]) comes before another. */
function comesBefore([part, index], [otherPart, otherIndex]) {
  return part < otherPart || (part === otherPart && index < otherIndex);
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

/** A time of RFC 3339 with its zone in microseconds; null for none. */
function momentOf(text) {
  const read = typeof text === "string" ? RFC3339.exec(text) : null;
  if (!read) return null;
  const [year, month, day, hour, minute, second] = read.slice(1, 7).map(Number);
  const [fraction, sign, hours, minutes] = [read[7] ?? ".0", read[8], Number(read[9] ?? 0), Number(read[10] ?? 0)];
  const days = new Date(0);
  days.setUTCFullYear(year, month - 1, day);
  const real = year > 0 && days.getUTCMonth() === month - 1 && days.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59 || hours > 23 || minutes > 59) return null;
  const zone = (sign === "-" ? -60 : 60) * (hours * 60 + minutes);
  const seconds = days.getTime() / 1000 + hour * 3600 + minute * 60 + second - zone;
  const digits = fraction.slice(1, 8).padEnd(7, "0");
  return seconds * 1e6 + Number(digits.slice(0, 6)) + (digits[6] >= "5" ? 1 : 0);
}

/** The histories by key that proved statements give; `whole`: items whose lists are proved. */
function historiesOf(entries, whole) {
  const said = new Map();
  for (const { entry, place, wrong } of entries.values()) {
    const body = wrong || entry.statement === null || !entry.opening ? null : keyStatement(entry.statement);
    if (!body) continue;
    const kid = body.get("kid");
    if (!said.has(kid)) said.set(kid, []);
    said.get(kid).push({ place, body });
  }
  const found = new Map();
  for (const [kid, steps] of said) {
    steps.sort((one, other) => (comesBefore(one.place, other.place) ? -1 : 1));
    const made = historyFrom(kid, steps, whole.has(`key:${kid}`));
    if (made) found.set(kid, made);
  }
  return found;
}

function keyStatement(text) {
  let told;
  try {
    told = readJson(utf8(text));
  } catch {
    return null;
  }
  const known = told instanceof Map && told.get("v") === 1n && KEY_ACTIONS.includes(told.get("action"));
  return known && keyMembersFit(told) ? told : null;
}

/** Whether members are of the types of such a statement; others may stand beside them. */
function keyMembersFit(told) {
  const text = (value) => typeof value === "string";
  const [jwk, scope] = [told.get("jwk") ?? null, told.has("scope") ? told.get("scope") : new Map()];
  return text(told.get("kid")) && text(told.get("did")) && text(told.has("custody") ? told.get("custody") : "")
    && ["valid_from", "valid_to", "until"].every((name) => (told.get(name) ?? null) === null || momentOf(told.get(name)) !== null)
    && (jwk === null || (jwk instanceof Map && [...jwk.values()].every(text)))
    && scope instanceof Map && ["prefixes", "places"].every((name) => {
      const said = scope.has(name) ? scope.get(name) : [];
      return Array.isArray(said) && said.every(text);
    });
}

function historyFrom(kid, steps, whole) {
  const first = steps[0].body;
  const key = publicKeyOf(first.get("jwk"));
  const did = first.get("did");
  const from = momentOf(first.get("valid_from"));
  if (first.get("action") !== "bind" || !key || key.kid !== kid || from === null) return null;
  if (steps.some(({ body }) => body.get("did") !== did)) return null;
  const scope = first.get("scope") ?? new Map();
  return {
    kid, did, key, whole, from,
    to: momentOf(first.get("valid_to")),
    scope: ["prefixes", "places"].map((name) => scope.get(name) ?? []),
    steps: steps.map(({ place, body }) => ({ place, action: body.get("action"), until: momentOf(body.get("until")) })),
  };
}

/** How a key stood for an entry at a place of the log (null: now), recorded at a time. */
function keyState({ steps, from, to }, at, place = null) {
  const counted = steps.filter((step) => place === null || comesBefore(step.place, place));
  const said = counted.map(({ action }) => action);
  if (said.includes("revoke")) return "revoked";
  if (!said.includes("bind") || at < from) return "not-yet";
  if (said.filter((action) => action === "suspend" || action === "resume").at(-1) === "suspend") return "suspended";
  const ends = [to, ...counted.map(({ until }) => until)].filter((each) => each !== null);
  return ends.length && at >= Math.min(...ends) ? "expired" : "active";
}

function judgeHistory({ kid, did, steps, whole }) {
  const params = { kid, did, count: steps.length };
  return whole ? held("key", params) : leftOpen("key", "dossier.key-part", params);
}
