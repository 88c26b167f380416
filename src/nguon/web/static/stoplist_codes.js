// SPDX-License-Identifier: Apache-2.0
// The keys that a scanned or typed code names, without a server: Digital Links of any domain,
// element strings with brackets or as scanners send them, bare barcode numbers.

const GROUP = "\u001d";
// Digits of an application identifier with its value, where that is fixed beforehand, by its
// first two digits (GS1 General Specifications, 7.8.5); all others end with the separator.
const FIXED = new Map([["00", 20], ["01", 16], ["02", 16], ["03", 16], ["04", 18], ["20", 4], ["41", 16]]);
for (const ai of ["11", "12", "13", "14", "15", "16", "17", "18", "19"]) FIXED.set(ai, 8);
for (const ai of ["31", "32", "33", "34", "35", "36"]) FIXED.set(ai, 10);
const LONGEST = 20;
const KEYS = new Set(["00", "01", "10", "21"]);
const QUALIFIERS = new Set(["22", "10", "21", "235"]);

/** A value inside a key: its slashes, and so its percent signs, escaped. */
const keyed = (value) => value.replaceAll("%", "%25").replaceAll("/", "%2F");

/** Whether the last digit of a number is its check digit. */
function checkDigitHolds(digits) {
  const sum = [...digits].reverse().reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

/** Application identifiers and values of a Digital Link; none where a part of it is not understood. */
function fromLink(text) {
  const path = text.replace(/^[a-z]+:\/\/[^/]+/i, "").replace(/[?#].*$/s, "");
  const parts = path.split("/").filter((part) => part !== "");
  const start = parts.findIndex((part, at) => (part === "01" || part === "00") && /^\d{8,18}$/.test(parts[at + 1] ?? ""));
  if (start < 0 || (parts.length - start) % 2) return new Map();
  const found = new Map();
  for (let at = start; at < parts.length; at += 2) {
    if (at > start && !QUALIFIERS.has(parts[at])) return new Map();
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
  let rest = text.replaceAll("^", GROUP).replace(GROUP, (mark, at) => (at ? mark : ""));
  while (rest) {
    const ai = rest.slice(0, 2);
    const end = FIXED.get(ai) ?? ((rest.indexOf(GROUP) + 1 || rest.length + 1) - 1);
    if (!/^\d\d/.test(rest) || found.has(ai) && KEYS.has(ai)) return new Map();
    found.set(ai, rest.slice(2, end));
    rest = rest.slice(end).replace(/^\u001d/, "");
  }
  return found;
}

/** The keys of a code, the finest first; none where it cannot be read. */
function keysOf(code) {
  const text = code.trim().replace(/^\][A-Za-z]\d/, "");
  const digits = text.replace(/[\s.-]/g, "");
  let found;
  try {
    if (/^(\d{8}|\d{12,14})$/.test(digits)) found = new Map([["01", digits.padStart(14, "0")]]);
    else if (/^\d{18}$/.test(digits)) found = new Map([["00", digits]]);
    else if (text.startsWith("(")) found = fromBrackets(text);
    else if (/^([a-z]+:\/\/|\/|0[01]\/)/i.test(text)) found = fromLink(text);
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
    if (value && value.length > LONGEST) return [];
    if (value) keys.unshift(`01/${gtin}/${ai}/${keyed(value)}`);
  }
  return keys;
}
