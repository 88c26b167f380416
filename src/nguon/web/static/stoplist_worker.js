// SPDX-License-Identifier: Apache-2.0
// Answers for the stop list's page where there is no network, with what the page kept.
"use strict";
const STORE = "nguon-stoplist";
const LOOSE = { ignoreVary: true };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request).catch(async () => {
      const store = await caches.open(STORE);
      if (event.request.mode === "navigate") return (await store.match("/stoplist/check", LOOSE)) ?? Response.error();
      return (await store.match(event.request, LOOSE)) ?? Response.error();
    }),
  );
});
