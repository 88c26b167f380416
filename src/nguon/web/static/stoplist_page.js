// SPDX-License-Identifier: Apache-2.0
// The page of the stop list: keeps the verified list on the device, looks codes up in it where
// there is no network, and always says how old it is.

const STORE = "nguon-stoplist";
const ALL_SHARDS = 64;

/** Octets that were kept under a name; null for none. */
async function kept(name) {
  const found = await (await caches.open(STORE)).match(`/stoplist/kept/${name}`);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

async function keep(name, octets) {
  await (await caches.open(STORE)).put(`/stoplist/kept/${name}`, new Response(octets));
}

async function fetched(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

/** The platform's keys in its DID document. */
function keysIn(octets) {
  const methods = JSON.parse(textOf(octets)).verificationMethod ?? [];
  return methods.map((one) => one.publicKeyJwk).filter((jwk) => jwk?.crv === "Ed25519").map((jwk) => octetsOfUrl(jwk.x));
}

/** Bring what is kept level with the server: only parts that changed come over the network. */
async function renew() {
  const told = JSON.parse(textOf(await fetched("/stoplist")));
  const did = await fetched("/.well-known/did.json");
  const manifest = await verifiedList(told.signed, keysIn(did));
  if (!manifest) throw new Error("signature");
  const before = await kept("signed").then((octets) => octets && verifiedList(textOf(octets), keysIn(did)));
  const base = `/stoplist/${manifest.version}`;
  const wanted = [["filter", manifest.filter, `${base}/filter`], ["causes", manifest.causes, `${base}/causes`]];
  if (manifest.shards.length <= ALL_SHARDS) {
    manifest.shards.forEach((digest, at) => wanted.push([`shard-${digest}`, digest, `${base}/shards/${at}`]));
  }
  for (const [name, digest, address] of wanted) {
    const mine = before && (await kept(name));
    if (mine && isPart(mine, digest)) continue;
    const octets = await fetched(address);
    if (!isPart(octets, digest)) throw new Error("part");
    await keep(name, octets);
  }
  await keep("keys", did);
  await keep("signed", utf8(told.signed));
}

/** The list on this device; null where there is none that can be believed. */
async function onDevice() {
  const [signed, did, filter, causes] = await Promise.all(["signed", "keys", "filter", "causes"].map(kept));
  if (!signed || !did || !filter || !causes) return null;
  const manifest = await verifiedList(textOf(signed), keysIn(did));
  if (!manifest || !isPart(filter, manifest.filter) || !isPart(causes, manifest.causes)) return null;
  const shard = (number) => kept(`shard-${manifest.shards[number]}`);
  return { manifest, filter: readFilter(filter), causes: JSON.parse(textOf(causes)), shard };
}

/** Keep the page itself, its styles and scripts. */
async function keepPage() {
  const store = await caches.open(STORE);
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  await store.addAll(["/stoplist/check", ...parts.map((one) => one.href || one.src)]);
  document.documentElement.dataset.kept = "";
}

function page(form) {
  const said = document.querySelector("[data-answer]");
  const age = document.querySelector("[data-age]");
  const words = age.dataset;
  const language = document.documentElement.lang;

  const show = (answer, text) => {
    said.className = `note ${answer === "stopped" ? "danger stopped" : answer === "free" ? "good" : "attention"}`;
    said.textContent = text;
    said.dataset.answer = answer;
    said.hidden = false;
  };

  const tellAge = async () => {
    const list = await onDevice();
    if (!list) {
      age.textContent = words.none;
      return null;
    }
    const { made, until, version, count } = list.manifest;
    const old = Date.now() > Date.parse(until);
    const day = new Date(made).toLocaleString(language);
    const told = old ? words.old : words.good;
    age.textContent = told.replace("{made}", day).replace("{version}", version).replace("{count}", count);
    age.classList.toggle("danger", old);
    return list;
  };

  const look = async (code) => {
    const list = await tellAge();
    const keys = keysOf(code);
    if (!keys.length) return show("unreadable", words.unreadable);
    if (!list) return show("unsure", words.none);
    const found = await checkKeys(list, keys);
    const causes = [...new Set(found.causes)].map((number) => list.causes.causes[number]);
    const lines = causes.map((one) => one?.[language] || one?.vi || one?.en || "").filter(Boolean);
    const old = Date.now() > Date.parse(list.manifest.until) ? ` ${words.stale}` : "";
    return show(found.answer, [words[found.answer], ...lines].join(" ") + (found.answer === "stopped" ? "" : old));
  };

  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    said.hidden = true;
    look(form.elements.code.value);
  });
  const update = () => renew().catch(() => null).then(tellAge);
  document.querySelector("[data-update]")?.addEventListener("click", update);
  window.addEventListener("online", update);
  const asked = new URLSearchParams(location.search).get("code");
  const alone = asked && !document.querySelector("[data-served]");
  const first = navigator.onLine ? update().then(keepPage).catch(() => null) : tellAge();
  if (alone) first.then(() => look(asked));
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/stoplist/worker.js", { scope: location.pathname });
  }
}

globalThis.nguonStoplist = { verifiedList, readFilter, filterHolds, hashOfKey, checkKeys, keysOf, isPart, renew, onDevice };
const lookup = typeof document === "undefined" ? null : document.querySelector("[data-stoplist]");
if (lookup && "caches" in globalThis) page(lookup);
