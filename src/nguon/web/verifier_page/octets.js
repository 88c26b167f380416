// SPDX-License-Identifier: Apache-2.0
// Octets, texts, base64 and decimals: each value in one spelling only.

/** A refusal with the code of the message catalogue and what its words need. */
class Refusal extends Error {
  constructor(code, params = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

const SIZE_LIMIT = 1n << 63n;
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_VALUES = new Map([...BASE64].map((letter, value) => [letter.charCodeAt(0), value]));

/** UTF-8 octets of a text. */
function utf8(text) {
  return new TextEncoder().encode(text);
}

/** The text in octets, null where they are not UTF-8 (RFC 3629). A byte order mark stays. */
function textOf(octets) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return null;
  }
}

/** The text in octets, with U+FFFD where they are not UTF-8. */
function textFrom(octets) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(octets);
}

/** Several octet strings as one. */
function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two octet strings are the same. */
function same(one, other) {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}

/** Lower-case hexadecimal of octets. */
function hex(octets) {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Octets of hexadecimal text, which must be well formed. */
function unhex(text) {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.substr(2 * at, 2), 16));
}

/** A number below 2^64 (BigInt) in eight octets, the highest first. */
function eight(number) {
  return unhex(number.toString(16).padStart(16, "0"));
}

/** The number (BigInt) that octets hold, the highest first. */
function numberFrom(octets) {
  return octets.length ? BigInt(`0x${hex(octets)}`) : 0n;
}

/** Base64 of octets (RFC 4648 section 4). */
function armoured(octets) {
  let text = "";
  for (let at = 0; at < octets.length; at += 3) {
    const [one, two = 0, three = 0] = octets.subarray(at, at + 3);
    const bits = (one << 16) | (two << 8) | three;
    text += BASE64[bits >> 18] + BASE64[(bits >> 12) & 63] + BASE64[(bits >> 6) & 63] + BASE64[bits & 63];
  }
  const spare = (3 - (octets.length % 3)) % 3;
  return text.slice(0, text.length - spare) + "=".repeat(spare);
}

/** What base64 holds; null where it is not exactly what `armoured` writes. */
function octetsOf(text) {
  const spare = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4) return null;
  const found = new Uint8Array((text.length / 4) * 3);
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    let bits = 0;
    for (let each = at; each < at + 4; each += 1) {
      const padding = each >= text.length - spare;
      const value = padding ? 0 : BASE64_VALUES.get(text.charCodeAt(each));
      if (value === undefined) return null;
      bits = (bits << 6) | value;
    }
    found.set([bits >> 16, (bits >> 8) & 255, bits & 255], to);
  }
  const whole = found.subarray(0, found.length - spare);
  // Bits left over must be zero, or two spellings would mean the same.
  return armoured(whole.subarray(Math.max(found.length - 3, 0))) === text.slice(-4) ? whole : null;
}

/** The 32 octets of a hash in base64; null where it is none. */
function hashOf(text) {
  const found = octetsOf(text);
  return found && found.length === 32 ? found : null;
}

/** What base64url without padding holds (RFC 4648 section 5), null where it is not that. */
function octetsOfUrl(text) {
  if (/[+/=]/.test(text) || text.length % 4 === 1) return null;
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return octetsOf(plain + "=".repeat((4 - (plain.length % 4)) % 4));
}

/** Base64url of octets without padding. */
function armouredUrl(octets) {
  return armoured(octets).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

/** A decimal (BigInt) without leading zeros and below 2^63; null where it is none. */
function numberOf(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) return null;
  const found = BigInt(text);
  return found < SIZE_LIMIT ? found : null;
}
