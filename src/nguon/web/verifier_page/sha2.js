// SPDX-License-Identifier: Apache-2.0
// SHA-256, SHA-512 (FIPS 180-4) and HMAC (RFC 2104), at once and without the browser's help.

const DIGESTED_HERE = 1 << 16;

/** The whole part of the n-th root of a number (BigInt), by Newton's way. */
function rootOf(number, n) {
  let found = 1n << BigInt(Math.ceil(number.toString(2).length / Number(n)));
  for (;;) {
    const next = ((n - 1n) * found + number / found ** (n - 1n)) / n;
    if (next >= found) return found;
    found = next;
  }
}

/** The first 64 bits behind the point of the n-th roots of the first primes (FIPS 180-4, 4.2). */
function fractions(count, n) {
  const primes = [];
  for (let each = 2; primes.length < count; each += 1) {
    if (primes.every((prime) => each % prime)) primes.push(each);
  }
  return primes.map((prime) => BigInt.asUintN(64, rootOf(BigInt(prime) << (64n * n), n)));
}

const high = (each) => Number(each >> 32n) | 0;

const ROUNDS = fractions(80, 3n);
const STARTS = fractions(8, 2n);
const K_HIGH = Int32Array.from(ROUNDS, high);

/** The message with its end mark and length, in whole blocks (FIPS 180-4, 5.1). */
function padded(octets, block) {
  const room = block / 8;
  const length = Math.ceil((octets.length + 1 + room) / block) * block;
  const whole = new Uint8Array(length);
  whole.set(octets);
  whole[octets.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(length - 8, Math.floor(octets.length / 0x20000000));
  view.setUint32(length - 4, octets.length << 3);
  return view;
}

/** The octets of 32-bit words. */
function worded(words) {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, at) => view.setInt32(at * 4, word));
  return new Uint8Array(view.buffer);
}

function schedule256(w, view, at) {
  for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(at + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const a = w[t - 15];
    const b = w[t - 2];
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
}

function block256(state, w) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + K_HIGH[t] + w[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
}

/** SHA-256 of octets (FIPS 180-4, 6.2). Its constants are the upper halves of SHA-512's. */
function sha256(octets) {
  const view = padded(octets, 64);
  const state = Int32Array.from(STARTS, high);
  const w = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    schedule256(w, view, at);
    block256(state, w);
  }
  return worded(state);
}

const MASK = 0xffffffffffffffffn;
const turned = (x, by) => ((x >> by) | (x << (64n - by))) & MASK;

function schedule512(view, at) {
  const w = [];
  for (let t = 0; t < 16; t += 1) w.push(view.getBigUint64(at + t * 8));
  for (let t = 16; t < 80; t += 1) {
    const s0 = turned(w[t - 15], 1n) ^ turned(w[t - 15], 8n) ^ (w[t - 15] >> 7n);
    const s1 = turned(w[t - 2], 19n) ^ turned(w[t - 2], 61n) ^ (w[t - 2] >> 6n);
    w.push((w[t - 16] + s0 + w[t - 7] + s1) & MASK);
  }
  return w;
}

function block512(state, w) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 80; t += 1) {
    const s1 = turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n);
    const one = h + s1 + ((e & f) ^ (~e & MASK & g)) + ROUNDS[t] + w[t];
    const s0 = turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n);
    const two = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g; g = f; f = e; e = (d + one) & MASK;
    d = c; c = b; b = a; a = (one + two) & MASK;
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) & MASK; });
}

/** SHA-512 of octets (FIPS 180-4, 6.4); for short messages: what an Ed25519 signature hashes. */
function sha512(octets) {
  const view = padded(octets, 128);
  const state = [...STARTS];
  for (let at = 0; at < view.byteLength; at += 128) block512(state, schedule512(view, at));
  return joined(...state.map(eight));
}

/** HMAC-SHA-256 (RFC 2104). */
function hmac256(key, message) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(joined(block.map((octet) => octet ^ 0x36), message));
  return sha256(joined(block.map((octet) => octet ^ 0x5c), inner));
}

/** What the browser offers of the Web Cryptography API; nothing on pages of plain http. */
function subtle() {
  return globalThis.crypto && globalThis.crypto.subtle;
}

/** SHA-256 of octets of any length: the browser's own where it is there and the way is worth it. */
async function digested(octets) {
  if (octets.length < DIGESTED_HERE || !subtle()) return sha256(octets);
  return new Uint8Array(await subtle().digest("SHA-256", octets));
}
