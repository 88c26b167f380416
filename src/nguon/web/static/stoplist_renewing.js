// SPDX-License-Identifier: Apache-2.0
// The stop list that a device keeps: brought level with the server's, by what changed where that
// is told, else by whole parts; each part under its own digest, and the signed head last, so that
// what breaks off half-way leaves the list that was there. An older list never replaces a newer.

const STORE = "nguon-stoplist";
const KEPT = "/stoplist/kept/";
const TOGETHER = 4;

/** Octets that were kept under a name; null for none. */
async function kept(name) {
  const found = await (await caches.open(STORE)).match(KEPT + name);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

async function keep(name, octets) {
  await (await caches.open(STORE)).put(KEPT + name, new Response(octets));
}

async function fetched(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

/** The platform's keys that assert now, by its DID document: those that ended sign nothing. */
function keysIn({ assertionMethod = [], verificationMethod = [] }) {
  const standing = new Set(assertionMethod);
  const methods = verificationMethod.filter((one) => standing.has(one.id) && !one.revoked);
  return methods.map((one) => one.publicKeyJwk).filter((jwk) => jwk?.crv === "Ed25519").map((jwk) => octetsOfUrl(jwk.x));
}

/** The signed head on this device, {manifest, signed, keys}; null for none. */
async function keptHead() {
  const octets = await kept("head");
  const told = octets && JSON.parse(textOf(octets));
  const manifest = told && (await verifiedList(told.signed, keysIn(told.keys)));
  return manifest ? { ...told, manifest } : null;
}

/** Whether a list follows another, or is the same. */
function follows(manifest, before) {
  if (manifest.version !== before.version) return manifest.version > before.version;
  return Date.parse(manifest.made) >= Date.parse(before.made);
}

/** Bring what is kept level with the server. */
async function renew() {
  const before = await keptHead();
  const told = JSON.parse(textOf(await fetched("/stoplist")));
  const keys = JSON.parse(textOf(await fetched("/.well-known/did.json")));
  const manifest = await verifiedList(told.signed, keysIn(keys));
  if (!manifest) throw new Error("signature");
  if (before && !follows(manifest, before.manifest)) throw new Error("older");
  const base = `/stoplist/${manifest.version}`;
  await bring("filter", manifest.filter, `${base}/filter`);
  await bring("causes", manifest.causes, `${base}/causes`);
  if (before) await patch(before.manifest, manifest).catch(() => null);
  await keep("head", utf8(JSON.stringify({ signed: told.signed, keys })));
  const left = manifest.shards.map((digest, at) => [digest, `${base}/shards/${at}`]);
  const bringAll = async () => {
    for (let one = left.pop(); one; one = left.pop()) await bring("shard", ...one);
  };
  await Promise.all(Array.from({ length: TOGETHER }, bringAll));
  await forget(manifest);
}

/** Have a part, by its digest. */
async function bring(name, digest, address) {
  const mine = await kept(`${name}-${digest}`);
  if (mine && isPart(mine, digest)) return;
  const octets = await fetched(address);
  if (!isPart(octets, digest)) throw new Error("part");
  await keep(`${name}-${digest}`, octets);
}

/** Make the new shards of the old ones and of what changed, as far as they are those signed. */
async function patch(before, manifest) {
  if (before.bits !== manifest.bits || before.version === manifest.version) return;
  const change = JSON.parse(textOf(await fetched(`/stoplist/changes/${before.version}`)));
  if (change.since !== before.version || change.version !== manifest.version) return;
  const touched = new Map();
  for (const [name, lines] of [["lifted", change.lifted], ["added", change.added]]) {
    for (const line of lines) {
      const number = shardOf(BigInt(`0x${line[0]}`), manifest.bits);
      if (!touched.has(number)) touched.set(number, { lifted: [], added: [] });
      touched.get(number)[name].push(shardLine(line));
    }
  }
  for (const [number, { lifted, added }] of touched) {
    const octets = await kept(`shard-${before.shards[number]}`);
    if (!octets || !isPart(octets, before.shards[number])) continue;
    const made = utf8(changedShard(textOf(octets), lifted, added));
    if (isPart(made, manifest.shards[number])) await keep(`shard-${manifest.shards[number]}`, made);
  }
}

/** Forget the parts that the list does not name any more. */
async function forget({ filter, causes, shards }) {
  const named = ["head", `filter-${filter}`, `causes-${causes}`, ...shards.map((digest) => `shard-${digest}`)];
  const wanted = new Set(named.map((name) => KEPT + name));
  const store = await caches.open(STORE);
  for (const request of await store.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(KEPT) && !wanted.has(pathname)) await store.delete(request);
  }
}

/** The list on this device; null where there is none that can be believed. */
async function onDevice() {
  const head = await keptHead();
  if (!head) return null;
  const { manifest } = head;
  const [filter, causes] = await Promise.all([kept(`filter-${manifest.filter}`), kept(`causes-${manifest.causes}`)]);
  if (!filter || !causes || !isPart(filter, manifest.filter) || !isPart(causes, manifest.causes)) return null;
  const shard = (number) => kept(`shard-${manifest.shards[number]}`);
  return { manifest, filter: readFilter(filter), causes: JSON.parse(textOf(causes)), shard };
}
