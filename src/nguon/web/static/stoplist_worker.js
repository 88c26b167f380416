// SPDX-License-Identifier: Apache-2.0
// Answers for the stop list's page and for the form of a visit where there is no network, with
// what those pages kept: themselves as anybody sees them. Nothing is kept here.
"use strict";
const STORE = "nguon-stoplist";
const LOOSE = { ignoreVary: true };
const PAGES = {
  "/stoplist/check": "/stoplist/check",
  "/w/stoplist": "/stoplist/check",
  "/s/inspections/new": "/s/inspections/blank",
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request).catch(async () => {
      const store = await caches.open(STORE);
      const page = event.request.mode === "navigate" && PAGES[new URL(event.request.url).pathname];
      return (await store.match(page || event.request, LOOSE)) ?? Response.error();
    }),
  );
});
