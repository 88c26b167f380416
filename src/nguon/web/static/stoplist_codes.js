// SPDX-License-Identifier: Apache-2.0
// The keys that a scanned or typed code names, without a server: Digital Links of any domain,
// element strings with brackets or as scanners send them, bare barcode numbers.

const GROUP = "\u001d";
const FIXED = new Map([["00", 18], ["01", 14], ["02", 14], ["11", 6], ["12", 6], ["13", 6], ["15", 6], ["16", 6], ["17", 6], ["20", 2]]);

/** A value inside a key: its slashes, and so its percent signs, escaped. */
const keyed = (value) => value.replaceAll("%", "%25").replaceAll("/", "%2F");

/** Whether the last digit of a number is its check digit. */
function checkDigitHolds(digits) {
  const sum = [...digits].reverse().reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

/** Application identifiers and values of a Digital Link. */
function fromLink(text) {
  const path = text.replace(/^[a-z]+:\/\/[^/]+/i, "").replace(/[?#].*$/s, "");
  const parts = path.split("/").filter((part) => part !== "");
  const start = parts.findIndex((part, at) => (part === "01" || part === "00") && /^\d{8,18}$/.test(parts[at + 1] ?? ""));
  const found = new Map();
  for (let at = start; start >= 0 && at + 1 < parts.length; at += 2) {
    found.set(parts[at], decodeURIComponent(parts[at + 1]));
  }
  return found;
}

/** Those of an element string with brackets. */
function fromBrackets(text) {
  const found = new Map();
  for (const [, ai, value] of text.matchAll(/\((\d{2,4})\)((?:(?!\(\d{2,4}\)).)*)/gs)) found.set(ai, value);
  return found;
}

/** Those of what a scanner sends: fixed lengths, else up to the separator. */
function fromScanner(text) {
  const found = new Map();
  let rest = text.replace(/^\][A-Za-z]\d/, "").replace(/^[\u001d^]/, "").replaceAll("^", GROUP);
  while (rest) {
    const ai = rest.slice(0, 2);
    const end = FIXED.has(ai) ? 2 + FIXED.get(ai) : (rest.indexOf(GROUP) + 1 || rest.length + 1) - 1;
    if (!FIXED.has(ai) && ai !== "10" && ai !== "21") break;
    found.set(ai, rest.slice(2, end));
    rest = rest.slice(end).replace(/^\u001d/, "");
  }
  return found;
}

/** The keys of a code, the finest first; none where it cannot be read. */
function keysOf(code) {
  const text = code.trim();
  const digits = text.replace(/[\s.-]/g, "");
  let found;
  try {
    if (/^(\d{8}|\d{12,14})$/.test(digits)) found = new Map([["01", digits.padStart(14, "0")]]);
    else if (/^\d{18}$/.test(digits)) found = new Map([["00", digits]]);
    else if (text.startsWith("(")) found = fromBrackets(text);
    else if (text.includes("/")) found = fromLink(text);
    else found = fromScanner(text);
  } catch {
    return [];
  }
  const [unit, gtin] = [found.get("00") ?? "", (found.get("01") ?? "").padStart(14, "0")];
  if (/^\d{18}$/.test(unit)) return checkDigitHolds(unit) ? [`00/${unit}`] : [];
  if (!found.has("01") || !/^\d{14}$/.test(gtin) || !checkDigitHolds(gtin)) return [];
  const keys = [`01/${gtin}`];
  for (const ai of ["10", "21"]) {
    const value = found.get(ai);
    if (value && value.length <= 20) keys.unshift(`01/${gtin}/${ai}/${keyed(value)}`);
  }
  return keys;
}
