// SPDX-License-Identifier: Apache-2.0
// Packages of evidence (nguon/evidence@v1, docs/evidence.md): the signed list of parts, proofs,
// keys, signatures, claims, in the order of trust.

const DOSSIER = "nguon/evidence@v1";
const DOSSIER_BEGIN = '{"format":"nguon/evidence@';
const DOSSIER_LIMIT = 40000000;
const DOSSIER_PARTS = 64;
const TOLD_PARTS = ["cases", "access", "hand-overs"];
const KNOWN_PARTS = ["signatures", "claims", "credentials", ...TOLD_PARTS];

function dossierForm(place) {
  return new Refusal("dossier.form", { place });
}

/** Refuses a JSON value that has not the shape (see `shaped`), in the words of this format. */
function partShaped(text, shape, place) {
  try {
    const found = readJson(utf8(text));
    shaped(found, shape, place);
    return found;
  } catch {
    throw dossierForm(place);
  }
}

/** The package in a file: {manifest, parts}; throws `Refusal`. Its octets must be spelled as its
 * maker spells them, so that none goes unchecked. */
function readDossier(octets) {
  if (octets.length > DOSSIER_LIMIT) throw new Refusal("dossier.too-long", { most: DOSSIER_LIMIT });
  const text = (textOf(octets) ?? "").replace(/\n+$/, "");
  let told;
  try {
    told = readJson(utf8(text));
  } catch {
    throw dossierForm("$");
  }
  const names = told instanceof Map ? [...told.keys()].join() : "";
  const parts = names === "format,manifest,parts" ? told.get("parts") : null;
  const texts = parts instanceof Map ? [told.get("format"), told.get("manifest"), ...parts.values()] : [null];
  if (!texts.every((each) => typeof each === "string")) throw dossierForm("$");
  const [format, manifest] = texts;
  if (format !== DOSSIER) throw new Refusal("dossier.format", { found: format.slice(0, 80) });
  if (parts.size > DOSSIER_PARTS) throw new Refusal("dossier.too-many", { most: DOSSIER_PARTS });
  // Not made anew as an object: that would put names that are numbers first.
  const spelled = [...parts].map((each) => each.map((one) => JSON.stringify(one)).join(":")).join();
  if (`${JSON.stringify({ format, manifest }).slice(0, -1)},"parts":{${spelled}}}` !== text) throw dossierForm("$");
  return { manifest, parts };
}

/** The manifest: {told (a Map), kid, did, alg, signed, signature}; throws `Refusal`. */
function readManifest({ manifest }) {
  const pieces = manifest.split(".");
  const [head, payload, signature] = pieces.map(octetsOfUrl);
  if (pieces.length !== 3 || !head || !payload || !signature) throw dossierForm("manifest");
  const header = partShaped(textOf(head) ?? "", [{ alg: TEXT, kid: TEXT, typ: TEXT }, {}], "manifest");
  const told = partShaped(textOf(payload) ?? "", [
    { format: TEXT, item: TEXT, made: TEXT, issuer: TEXT, rules: TEXT, parts: MANY_TEXTS }, {}], "manifest");
  const plain = canonicalJson(JSON.parse(textOf(payload))) === textOf(payload);
  const formed = plain && told.get("format") === DOSSIER && momentOf(told.get("made")) !== null;
  if (!formed || header.get("typ") !== "nguon-evidence+jws") throw dossierForm("manifest");
  const [did, kid] = [header.get("kid").split("#").slice(0, -1).join("#"), header.get("kid").split("#").at(-1)];
  return { told, did, kid, alg: header.get("alg"), signed: utf8(pieces.slice(0, 2).join(".")), signature };
}

async function judgeIssuer({ told, did, kid, alg, signed, signature }, keys, own) {
  const made = momentOf(told.get("made"));
  const params = { issuer: told.get("issuer"), made: timeWords(BigInt(Math.floor(made / 1e6))), item: told.get("item"), kid };
  const history = keys.get(kid);
  if (!history) return fails("issuer", "dossier.key-unbound", params);
  if (did !== history.did || did !== told.get("issuer") || did.split(":").length !== 3) {
    return fails("issuer", "dossier.issuer-other", params);
  }
  if (keyState(history, made) !== "active") return fails("issuer", "dossier.key-state", params);
  if (alg !== history.key.alg) return fails("issuer", "signing.algorithm", { ...params, found: alg, wanted: history.key.alg });
  const holds = await keySigned(history.key, signed, signature, own);
  return holds ? held("issuer", params) : fails("issuer", "signing.signature", params);
}

function judgeParts({ told }, { parts }) {
  const listed = told.get("parts");
  const found = [];
  for (const name of [...new Set([...listed.keys(), ...parts.keys()])].sort()) {
    const known = KNOWN_PARTS.includes(name) || name.startsWith("proofs/");
    let reason = null;
    if (!parts.has(name)) reason = "dossier.part-missing";
    else if (!listed.has(name) || !known) reason = "dossier.part-unknown";
    else if (armouredUrl(sha256(utf8(parts.get(name)))) !== listed.get(name)) reason = "dossier.part-differs";
    if (reason) found.push(fails("part", reason, { part: name.slice(0, 80) }));
  }
  return found.length ? found : [held("manifest", { count: listed.size })];
}

/** What the packages of proofs inside show: {findings, entries, whole, facts}. */
async function judgeProofs({ parts }, asked) {
  const found = { findings: [], entries: new Map(), whole: new Set(), facts: null };
  for (const name of [...parts.keys()].filter((each) => each.startsWith("proofs/")).sort()) {
    try {
      const evidence = readEvidence(utf8(parts.get(name)));
      const { findings, times, ahead } = await judgeCheckpoint(evidence.package.checkpoint, asked);
      const all = [...findings, ...(await judgeContent(evidence, findings[0].holds, { ...asked, event: null }))];
      found.facts = { ...factsOf(evidence, times), ahead, index: null, entry: null };
      await entriesProved(evidence, findings[0].holds === true, found.entries);
      found.findings.push(...all);
      all.filter(({ code, holds }) => code === "complete" && holds).forEach(({ params }) => found.whole.add(params.item));
    } catch (error) {
      found.findings.push(refusedBy("part", error, { part: name }));
    }
  }
  if (!found.findings.length) found.findings.push(fails("part", "dossier.no-proofs", { part: "proofs/\u2026" }));
  return found;
}

/** The entries of a package of proofs by their numbers, each judged alone. */
async function entriesProved({ checkpoint, package: content }, trusted, entries) {
  const shard = checkpoint.origin.slice(checkpoint.origin.lastIndexOf("/") + 1);
  if (!/^[0-9]+$/.test(shard) && content.entries.length) throw dossierForm(checkpoint.origin);
  for (const entry of content.entries) {
    const own = [judgeInclusion([entry], checkpoint, null), judgeOpenings([entry]), await judgeEvents([entry])];
    const wrong = own.find(({ holds }) => holds === false) ?? (trusted ? null : fails("inclusion", "evidence.rests"));
    entries.set(`${shard}-${entry.index}`, { entry, place: [BigInt(shard), entry.index], wrong });
  }
}

/** What a package of evidence shows: {kind, findings, facts}, as `verify` gives it. */
async function verifyDossier(octets, asked) {
  const dossier = readDossier(octets);
  const manifest = readManifest(dossier);
  const proofs = await judgeProofs(dossier, asked);
  const keys = historiesOf(proofs.entries, proofs.whole);
  const findings = [
    await judgeIssuer(manifest, keys, asked.own),
    ...judgeParts(manifest, dossier),
    ...proofs.findings,
    ...[...keys.keys()].sort().map((kid) => judgeHistory(keys.get(kid))),
  ];
  const signatures = new Map();
  await judgedPart(dossier, "signatures", SIGNED_PART, findings, async (told, at) => {
    const checked = await checkSigned(told, at, proofs.entries, keys, asked.own);
    checked.events.forEach((_, entry) => signatures.set(entry, checked));
    return judgeSigned(checked, keys);
  });
  await judgedPart(dossier, "credentials", [ANYTHING], findings, (told) => leftOpen("credential", "dossier.rules-here", {
    issuer: "\u2013", standing: told instanceof Map ? told.get("standing") : "\u2013" }));
  const basis = { entries: proofs.entries, keys, signatures };
  await judgedPart(dossier, "claims", CLAIMS_PART, findings, (told) => judgeClaim(told, basis));
  for (const name of TOLD_PARTS) await toldPart(dossier, name, findings);
  const nothing = { origin: "", size: 0n, index: null, number: null, count: 0, record: null, times: new Map(), checkpoint: "" };
  return { kind: "dossier", findings, facts: proofs.facts ?? { ...nothing, ahead: null, entry: null } };
}

const SIGNED_PART = [[
  { kid: TEXT, form: TEXT, base: TEXT, signature: TEXT, over: [[{ entry: TEXT, position: INDEX }, { path: [TEXT] }]] },
  { count: INDEX, custodial: FLAG, frame: [TEXT] },
]];
const CLAIMS_PART = [[{ facts: ANY_MEMBERS, standing: ANY_MEMBERS }, {}]];

async function judgedPart({ parts }, name, shape, findings, judged) {
  const made = [];
  try {
    const told = partShaped(parts.get(name) ?? "[]", shape, name);
    for (const [at, each] of told.entries()) made.push(await judged(each, at));
    if (name === "claims" && !told.length) made.push(leftOpen("part", "dossier.no-claims", { part: name }));
  } catch (error) {
    made.push(refusedBy("part", error instanceof Refusal ? error : dossierForm(name), { part: name }));
  }
  findings.push(...made);
}

async function toldPart({ parts }, name, findings) {
  if (!parts.has(name)) return;
  try {
    const told = partShaped(parts.get(name), [ANYTHING], name);
    if (told.length) findings.push(held("told", { part: name, count: told.length }));
  } catch (error) {
    findings.push(refusedBy("part", error, { part: name }));
  }
}
