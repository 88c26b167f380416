// SPDX-License-Identifier: Apache-2.0
// The form of a visit survives without a signal: what is typed and photographed stays on this
// device under the form's nonce, and is sent once, as soon as there is a network again.
"use strict";
(() => {
  const form = document.getElementById("visit");
  const said = document.querySelector("[data-draft-said]");
  if (!form || !said || !("indexedDB" in window)) return;
  const LATEST = "latest";

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

  const send = async () => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (answer.redirected || answer.ok) {
        await forget();
        location.assign(answer.url);
        return;
      }
      tell("again");
    } catch {
      await keep(true);
      tell("waiting");
    }
  };

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
  if (!document.getElementById("faults")) {
    act("readonly", (store) => store.get(LATEST)).then((draft) => {
      if (!draft) return;
      restore(draft);
      tell(draft.waiting ? "waiting" : "kept");
      if (draft.waiting && navigator.onLine) send();
    });
  }
})();
