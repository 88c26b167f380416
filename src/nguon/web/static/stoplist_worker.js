// SPDX-License-Identifier: Apache-2.0
// Answers for the stop list's page and for the form of a visit where there is no network, with
// what those pages kept: themselves as anybody sees them. Nothing is kept here.
"use strict";
const STORE = "nguon-stoplist";
const PATIENCE = 8000;
const GATEWAYS = new Set([502, 503, 504]);
const LOOSE = { ignoreVary: true };
const PAGES = {
  "/stoplist/check": "/stoplist/check",
  "/w/stoplist": "/stoplist/check",
  "/s/inspections/new": "/s/inspections/blank",
};

/** What the network says; of the pages that are kept, no error of a gateway, and within seconds. */
async function asked(request, page) {
  if (!page) return fetch(request);
  const late = new Promise((_, refuse) => setTimeout(refuse, PATIENCE, new Error("late")));
  const answer = await Promise.race([fetch(request), late]);
  if (GATEWAYS.has(answer.status)) throw new Error(String(answer.status));
  return answer;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const page = event.request.mode === "navigate" && PAGES[new URL(event.request.url).pathname];
  event.respondWith(
    asked(event.request, page).catch(async () => {
      const store = await caches.open(STORE);
      return (await store.match(page || event.request, LOOSE)) ?? Response.error();
    }),
  );
});
