// SPDX-License-Identifier: Apache-2.0
// Keys as JWK (RFC 7517, RFC 8037) and what they sign: Ed25519 by our own numbers or the browser's,
// P-256 by the browser's alone.

const CURVES = { Ed25519: ["OKP", "EdDSA", ["x"]], "P-256": ["EC", "ES256", ["x", "y"]] };

/** The key of a JWK (a Map): {alg, jwk, octets, kid}; null for what is no key. */
function publicKeyOf(told) {
  const [kind, alg, names] = CURVES[told instanceof Map ? told.get("crv") : ""] ?? [];
  if (!kind || told.get("kty") !== kind || told.has("d")) return null;
  const parts = names.map((name) => octetsOfUrl(String(told.get(name) ?? "")));
  if (parts.some((each) => !each || each.length !== 32)) return null;
  const jwk = { crv: told.get("crv"), kty: kind };
  names.forEach((name) => { jwk[name] = told.get(name); });
  const kid = armouredUrl(sha256(utf8(canonicalJson(jwk))));
  return { alg, jwk, octets: parts[0], kid };
}

/** Whether a key made a signature; null where this browser cannot tell (P-256 without its help). */
async function keySigned({ alg, jwk, octets }, message, signature, own = false) {
  if (alg === "EdDSA") return signatureHolds(octets, message, signature, own);
  if (!globalThis.crypto?.subtle) return null;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const key = await crypto.subtle.importKey("jwk", jwk, curve, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, message);
  } catch {
    return false;
  }
}
