// SPDX-License-Identifier: Apache-2.0
// The form of a visit survives without a signal: what is typed and photographed stays on this
// device under the form's nonce, and is sent once, as soon as there is a network again. The blank
// form is kept too, so that it opens without one.
"use strict";
(() => {
  const form = document.getElementById("visit");
  const said = document.querySelector("[data-draft-said]");
  if (!form || !said || !("indexedDB" in window)) return;
  const LATEST = "latest";
  const HERE = "/s/inspections/";
  const STORE = "nguon-stoplist";
  const REST = 5000;
  const blank = location.pathname === `${HERE}blank` || !form.elements.nonce.value;

  const open = () =>
    new Promise((done, failed) => {
      const asked = indexedDB.open("nguon-visits", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("draft");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });

  const act = async (mode, work) => {
    const database = await open();
    return new Promise((done, failed) => {
      const asked = work(database.transaction("draft", mode).objectStore("draft"));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    }).finally(() => database.close());
  };

  const tell = (words) => {
    said.textContent = said.dataset[words];
    said.dataset.state = words;
    said.hidden = false;
  };

  const fields = () => [...new FormData(form)].filter(([name]) => name !== "_token");
  const keep = (waiting) => act("readwrite", (store) => store.put({ waiting, fields: fields() }, LATEST));
  const forget = () => act("readwrite", (store) => store.delete(LATEST));

  const restore = (draft) => {
    for (const [name, value] of draft.fields) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "file") {
          const files = new DataTransfer();
          if (value instanceof File && value.size) files.items.add(value);
          field.files = files.files;
        } else if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      }
    }
  };

  /** What a form without anybody's name lacks: a nonce, the time of the visit, the scanned code. */
  const begin = () => {
    const octets = crypto.getRandomValues(new Uint8Array(16));
    form.elements.nonce.value = [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join("");
    const now = new Date().toLocaleString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });
    form.elements.begun.value = now.slice(0, 16).replace(" ", "T");
    form.elements.codes.value = new URLSearchParams(location.search).get("code") ?? "";
  };

  /** The token of whoever is signed in now, for a form that was opened without a network. */
  const token = async () => {
    const page = await (await fetch(`${HERE}new`, { cache: "no-store" })).text();
    const found = new DOMParser().parseFromString(page, "text/html").querySelector("#visit [name=_token]");
    return found?.value ?? "";
  };

  /** Keep the blank form, its styles and scripts, and have it served where there is no network. */
  const keepForm = async () => {
    const store = await caches.open(STORE);
    const page = `${HERE}blank`;
    const text = await (await fetch(page)).text();
    const parts = new DOMParser().parseFromString(text, "text/html").querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    await store.addAll([page, ...[...parts].map((one) => one.getAttribute("href") ?? one.getAttribute("src"))]);
    await navigator.serviceWorker.register("/stoplist/worker.js", { scope: `${HERE}new` });
    document.documentElement.dataset.kept = "";
  };

  let later = 0;
  /** Send once; a network that is only half back is tried again after a rest. */
  const send = async () => {
    clearTimeout(later);
    try {
      if (blank) form.elements._token.value = await token();
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (answer.redirected && new URL(answer.url).pathname.startsWith(HERE)) {
        await forget();
        location.assign(answer.url);
        return;
      }
      tell("again");
    } catch {
      await keep(true);
      tell("waiting");
      if (navigator.onLine) later = setTimeout(send, REST);
    }
  };

  const promised = document.querySelector("[data-offline]");
  if (promised) promised.hidden = false;

  let resting = 0;
  form.addEventListener("input", () => {
    clearTimeout(resting);
    said.dataset.state = "";
    resting = setTimeout(() => keep(false).then(() => tell("kept")), 300);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(resting);
    keep(true).then(send);
  });
  window.addEventListener("online", async () => {
    const draft = await act("readonly", (store) => store.get(LATEST));
    if (draft?.waiting) send();
  });
  if (blank) begin();
  else if ("serviceWorker" in navigator && "caches" in window && navigator.onLine) keepForm().catch(() => null);
  if (!document.getElementById("faults")) {
    act("readonly", (store) => store.get(LATEST)).then((draft) => {
      if (!draft) return;
      restore(draft);
      tell(draft.waiting ? "waiting" : "kept");
      if (draft.waiting && navigator.onLine) send();
    });
  }
})();
