// SPDX-License-Identifier: Apache-2.0
// The page of the stop list: looks codes up in the list on the device where there is no network,
// and always says how old it is.

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
    const stopped = found.answer === "stopped";
    if (!stopped && Date.now() > Date.parse(list.manifest.until)) return show("stale", words.stale);
    return show(found.answer, [words[found.answer], ...lines].join(" "));
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

globalThis.nguonStoplist = { verifiedList, readFilter, filterHolds, hashOfKey, checkKeys, keysOf, isPart, renew, onDevice, changedShard };
const lookup = typeof document === "undefined" ? null : document.querySelector("[data-stoplist]");
if (lookup && "caches" in globalThis) page(lookup);
