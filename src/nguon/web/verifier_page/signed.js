// SPDX-License-Identifier: Apache-2.0
// Signatures inside a package of evidence: made by the key, and over the very events shown.

/** A signature (a Map) under its key from the log: {kid, form, digest, verified, events}; null
 * stands for what is not shown. Throws `Refusal` for its form. */
async function checkSigned(told, at, entries, keys, own) {
  const octets = octetsOfUrl(told.get("signature"));
  if (!octets || /[^\u0000-\u007f]/.test(told.get("base"))) throw dossierForm(`signatures[${at}]`);
  const [kid, form, over] = [told.get("kid"), told.get("form"), told.get("over")];
  const shown = new Map(over.map((one) => [one.get("entry"), eventOf(one.get("entry"), entries)]));
  const whole = form === "batch" ? null : signedDocument(told, shown);
  const base = signedBase(told, whole);
  const history = keys.get(kid);
  const verified = base === null ? null : (history ? await keySigned(history.key, utf8(base), octets, own) : false);
  const events = new Map();
  for (const one of over) {
    const event = shown.get(one.get("entry"));
    const covers = () => (whole === null ? null : coversDocument(told, whole));
    events.set(one.get("entry"), form === "batch" ? inBatch(told, one, event) : covers());
  }
  return { kid, form, digest: hex(sha256(octets)), verified, events };
}

function eventOf(number, entries) {
  const found = entries.get(number);
  return found && !found.wrong && found.entry.event !== null ? found.entry.event : null;
}

function countOf(told) {
  return Number(told.get("count") ?? 1n);
}

/** The signed document, put together from its events; null where some are not shown. */
function signedDocument(told, shown) {
  const places = new Map(told.get("over").map((one) => [Number(one.get("position")), shown.get(one.get("entry"))]));
  if (countOf(told) > places.size) return null;
  const events = Array.from({ length: countOf(told) }, (_, at) => places.get(at) ?? null);
  if (events.includes(null)) return null;
  const frame = told.get("frame")?.length ? told.get("frame") : Array(countOf(told) + 1).fill("");
  if (frame.length !== events.length + 1) return "";
  return events.map((event, at) => frame[at] + event).join("") + frame.at(-1);
}

/** What a signature is over; a JWS's document follows its beginning. */
function signedBase(told, whole) {
  if (told.get("form") !== "jws") return told.get("base");
  return whole === null ? null : told.get("base") + armouredUrl(utf8(whole));
}

function coversDocument(told, whole) {
  const base = told.get("base");
  if (told.get("form") === "jws") return /^[^.]*\.$/.test(base);
  const lines = base.split("\n").filter((line) => line.startsWith('"content-digest": '));
  const found = lines.length === 1 && /(?:: |, *)sha-256=:([A-Za-z0-9+/]+=):/.exec(lines[0]);
  return told.get("form") === "http" && Boolean(found) && found[1] === armoured(sha256(utf8(whole)));
}

/** Whether an event is in the tree whose root was signed. */
function inBatch(told, one, event) {
  const payload = octetsOfUrl(told.get("base").split(".")[1] ?? "");
  const lines = payload ? textFrom(payload).split("\n") : [];
  if (lines.length !== 4 || lines[0] !== "nguon/batch@v1" || lines[1] !== String(countOf(told)) || lines[3]) return false;
  if (event === null) return null;
  const [root, ...path] = [lines[2], ...(one.get("path") ?? [])].map(octetsOf);
  try {
    if ([root, ...path].includes(null)) return false;
    checkInclusion(one.get("position"), BigInt(countOf(told)), leafHash(utf8(event)), root, path);
    return true;
  } catch {
    return false;
  }
}

function judgeSigned({ kid, form, verified, events }, keys) {
  const told = [...events];
  const params = { kid, form, count: told.length, entry: told[0]?.[0] ?? "\u2013" };
  if (!keys.has(kid)) return fails("signature", "dossier.key-unbound", params);
  if (verified === false) return fails("signature", "signing.signature", params);
  const wrong = told.find(([, holds]) => holds === false);
  if (wrong) return fails("signature", "dossier.signature-other", { ...params, entry: wrong[0] });
  const open = verified === null || told.some(([, holds]) => holds === null);
  return open ? leftOpen("signature", "dossier.signature-part", params) : held("signature", params);
}
