// SPDX-License-Identifier: Apache-2.0
// The camera on the scan page, where the browser can read codes by itself. What is found goes
// into the field for typed codes and is sent from there; pictures never leave the device.
"use strict";
(() => {
  const live = document.querySelector("[data-live]");
  if (!live || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const video = live.querySelector("video");
  const said = live.querySelector("[data-said]");
  const start = live.querySelector("[data-start]");
  const stop = live.querySelector("[data-stop]");
  const form = document.getElementById("typed");
  const wanted = ["qr_code", "data_matrix", "ean_13", "ean_8", "upc_a", "upc_e", "code_128", "itf"];
  let stream = null;

  const close = () => {
    for (const track of stream ? stream.getTracks() : []) track.stop();
    stream = null;
    video.hidden = stop.hidden = true;
    start.hidden = false;
  };

  const look = async (detector) => {
    if (!stream) return;
    let found = [];
    try {
      if (video.readyState >= 2) found = await detector.detect(video);
    } catch {
      // A frame that cannot be read; the next one comes at once.
    }
    const code = found.find((one) => one.rawValue);
    if (!code) {
      setTimeout(look, 150, detector);
      return;
    }
    said.textContent = said.dataset.found;
    close();
    form.elements.code.value = code.rawValue;
    form.requestSubmit();
  };

  const open = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = stop.hidden = false;
      start.hidden = true;
      await video.play();
      said.textContent = said.dataset.looking;
      const kinds = await BarcodeDetector.getSupportedFormats();
      const formats = wanted.filter((kind) => kinds.includes(kind));
      look(new BarcodeDetector(formats.length ? { formats } : undefined));
    } catch {
      close();
      said.textContent = said.dataset.refused;
    }
  };

  start.addEventListener("click", open);
  stop.addEventListener("click", () => {
    close();
    said.textContent = "";
  });
  addEventListener("pagehide", close);
  BarcodeDetector.getSupportedFormats().then((kinds) => {
    live.hidden = !kinds.includes("qr_code");
  }, () => {});
})();
