// SPDX-License-Identifier: Apache-2.0
// JSON read exactly (RFC 8259, and what RFC 7493 demands): no repeated member, no lone surrogate,
// no whole number beyond 2^53; and written canonically (RFC 8785).

const JSON_DEPTH = 64;
const EXACT = 1n << 53n;
const LONE = /[\ud800-\udfff]/u;
const TOKEN = /[ \t\n\r]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)(?![0-9.])|([{}[\],:])|(true|false|null))/y;

class JsonReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  refuse() {
    throw new Refusal("evidence.json", { place: "$" });
  }

  /** The next token: ["string" | "number" | "sign" | "word", text, is a fraction]. */
  token() {
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.text);
    if (!found) this.refuse();
    this.at = TOKEN.lastIndex;
    const group = found.findIndex((each, at) => at && each !== undefined);
    const kind = ["", "string", "number", "", "", "sign", "word"][group];
    return [kind, found[group], found[3] !== undefined || found[4] !== undefined];
  }

  value([kind, text, fraction] = this.token()) {
    if (kind === "string") return this.string(text);
    if (kind === "number") return fraction ? this.real(text) : this.whole(text);
    if (kind === "word") return JSON.parse(text);
    if (text !== "{" && text !== "[") this.refuse();
    this.depth += 1;
    if (this.depth > JSON_DEPTH) this.refuse();
    const found = text === "{" ? this.members() : this.elements();
    this.depth -= 1;
    return found;
  }

  string(text) {
    const found = JSON.parse(text);
    if (LONE.test(found)) this.refuse();
    return found;
  }

  whole(text) {
    if (text.length > 17 || BigInt(text) > EXACT || BigInt(text) < -EXACT) this.refuse();
    return BigInt(text);
  }

  real(text) {
    if (!Number.isFinite(Number(text))) this.refuse();
    return Number(text);
  }

  /** An array; `texts` of it are its elements as they are spelled. */
  elements() {
    const found = [];
    found.texts = [];
    for (let token = this.token(); token[1] !== "]" || token[0] !== "sign"; token = this.token()) {
      if (found.length) token = this.after(token);
      const start = this.at - token[1].length;
      found.push(this.value(token));
      found.texts.push(this.text.slice(start, this.at));
    }
    return found;
  }

  members() {
    const found = new Map();
    for (let token = this.token(); token[1] !== "}" || token[0] !== "sign"; token = this.token()) {
      if (found.size) token = this.after(token);
      if (token[0] !== "string") this.refuse();
      const name = this.string(token[1]);
      if (found.has(name) || this.token().slice(0, 2).join() !== "sign,:") this.refuse();
      found.set(name, this.value());
    }
    return found;
  }

  after([kind, text]) {
    if (kind !== "sign" || text !== ",") this.refuse();
    return this.token();
  }
}

/** The value in JSON octets: objects as Map, whole numbers as BigInt; throws `Refusal`. */
function readJson(octets) {
  const text = textOf(octets);
  const reader = new JsonReader(text ?? "");
  const found = reader.value();
  if (!/^[ \t\n\r]*$/.test(reader.text.slice(reader.at))) reader.refuse();
  return found;
}

/** Canonical JSON (RFC 8785) of objects, arrays, texts and numbers below 2^53. */
function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  // The order of UTF-16 code units is the one that RFC 8785 wants and sort() has.
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join()}}`;
}
