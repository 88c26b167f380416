// SPDX-License-Identifier: Apache-2.0
// Asks the device for a passkey and puts its answer into a form, which is sent as any other.
(() => {
  "use strict";
  const octets = text => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
  const words = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = list => (list || []).map(one => ({ ...one, id: octets(one.id) }));

  const asked = async form => {
    const token = form.elements["_token"].value;
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ _token: token }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).publicKey;
  };
  const made = async options => {
    const found = await navigator.credentials.create({ publicKey: {
      ...options,
      challenge: octets(options.challenge),
      user: { ...options.user, id: octets(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    } });
    return { found, response: { attestationObject: words(found.response.attestationObject) } };
  };
  const shown = async options => {
    const found = await navigator.credentials.get({ publicKey: {
      ...options,
      challenge: octets(options.challenge),
      allowCredentials: listed(options.allowCredentials),
    } });
    const { authenticatorData, signature, userHandle } = found.response;
    return { found, response: {
      authenticatorData: words(authenticatorData),
      signature: words(signature),
      userHandle: userHandle ? words(userHandle) : null,
    } };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.nextElementSibling.hidden = true;
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const told = form.querySelector("[data-failed]");
      told.hidden = true;
      try {
        const options = await asked(form);
        const { found, response } = await (form.dataset.passkey === "new" ? made : shown)(options);
        form.elements["answer"].value = JSON.stringify({
          id: found.id,
          rawId: words(found.rawId),
          type: found.type,
          clientExtensionResults: {},
          response: { clientDataJSON: words(found.response.clientDataJSON), ...response },
        });
        form.submit();
      } catch (error) {
        told.hidden = false;
      }
    });
  }
})();
