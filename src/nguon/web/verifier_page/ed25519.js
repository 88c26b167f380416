// SPDX-License-Identifier: Apache-2.0
// Ed25519 signatures are verified (RFC 8032 section 5.1.7), by the browser or here; the same
// verdict either way: S below the order, no point of small order, the key in its one spelling,
// the equation without the cofactor.

const P = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const BASE = pointOf(46316835694926478169428394003475163141307993866256225615783033603165251855960n, 0n);
const NEUTRAL = [0n, 1n, 1n, 0n];

function modulo(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let found = 1n;
  for (let left = exponent, each = base; left; left >>= 1n, each = (each * each) % P) {
    if (left & 1n) found = (found * each) % P;
  }
  return found;
}

function littleEndian(octets) {
  return numberFrom(octets.slice().reverse());
}

/** The point with this y and the lowest bit of x (RFC 8032 section 5.1.3), null where none is. */
function pointOf(y, odd) {
  const square = (y * y) % P;
  const u = modulo(square - 1n);
  const v = modulo(D * square + 1n);
  let x = (u * power(v, 3n) % P) * power((u * power(v, 7n)) % P, (P - 5n) / 8n) % P;
  const found = (v * x % P) * x % P;
  if (found === modulo(-u)) x = (x * ROOT_OF_MINUS_ONE) % P;
  else if (found !== u) return null;
  if (x === 0n && odd) return null;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, (x * y) % P];
}

/** Sum of points in extended coordinates (RFC 8032 section 5.1.4). */
function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = ((y1 - x1) * (y2 - x2)) % P;
  const b = ((y1 + x1) * (y2 + x2)) % P;
  const c = ((2n * D * t1) % P) * t2 % P;
  const d = (2n * z1 * z2) % P;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

function doubled([x, y, z]) {
  const a = (x * x) % P;
  const b = (y * y) % P;
  const h = a + b;
  const e = h - (x + y) * (x + y) % P;
  const g = a - b;
  const f = (2n * z * z) % P + g;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

/** s times one point and k times another, added; both walks at once. */
function combined(s, one, k, other) {
  const table = [NEUTRAL, one, other, sum(one, other)];
  let found = NEUTRAL;
  for (let bit = 252n; bit >= 0n; bit -= 1n) {
    found = doubled(found);
    const pick = Number((s >> bit) & 1n) + 2 * Number((k >> bit) & 1n);
    if (pick) found = sum(found, table[pick]);
  }
  return found;
}

function encoded([x, y, z]) {
  const inverse = power(modulo(z), P - 2n);
  const odd = modulo(x * inverse) & 1n;
  const whole = modulo(y * inverse) | (odd << 255n);
  return unhex(whole.toString(16).padStart(64, "0")).reverse();
}

/** Whether a point with this y has an order of 1, 2, 4 or 8, whatever its x. */
function smallOrder(y) {
  const square = (y * y) % P;
  // Order 4: y is 0; 1 and 2: y is 1 or -1; 8: the double has y = 0, so d·y^4 + 2·y² = 1.
  return y % P === 0n || square === 1n || modulo(D * square * square + 2n * square - 1n) === 0n;
}

const withoutSign = (octets) => littleEndian(octets) & ((1n << 255n) - 1n);

/** Whether key and signature are spelled as they must be; the equation is another matter. */
function wellSpelled(key, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const y = withoutSign(key);
  const r = withoutSign(signature.subarray(0, 32));
  return littleEndian(signature.subarray(32)) < ORDER && y < P && !smallOrder(y) && !smallOrder(r);
}

/** The equation R = S·B - k·A, in numbers of our own. */
function equationHolds(key, message, signature) {
  const point = pointOf(withoutSign(key), BigInt(key[31] >> 7));
  if (!point) return false;
  const negated = [P - point[0], point[1], 1n, P - point[3]];
  const first = signature.slice(0, 32);
  const k = littleEndian(sha512(joined(first, key, message))) % ORDER;
  return same(encoded(combined(littleEndian(signature.subarray(32)), BASE, k, negated)), first);
}

let browserVerifies = null;

/** Whether this browser has Ed25519 (Web Cryptography, Secure Curves); asked once. */
async function browserHasEd25519() {
  if (browserVerifies === null) {
    try {
      await subtle().importKey("raw", encoded(BASE), "Ed25519", false, ["verify"]);
      browserVerifies = true;
    } catch {
      browserVerifies = false;
    }
  }
  return browserVerifies;
}

async function byBrowser(key, message, signature) {
  try {
    const imported = await subtle().importKey("raw", key, "Ed25519", false, ["verify"]);
    return await subtle().verify("Ed25519", imported, signature, message);
  } catch {
    // A key that is no point is refused at import by some browsers: the answer is ours.
    return equationHolds(key, message, signature);
  }
}

/** Whether an Ed25519 signature holds; `own` asks for our own numbers even where the browser has
 * the algorithm. Never throws for octets of any length. */
async function signatureHolds(key, message, signature, own = false) {
  if (!wellSpelled(key, signature)) return false;
  if (own || !(await browserHasEd25519())) return equationHolds(key, message, signature);
  return byBrowser(key, message, signature);
}
