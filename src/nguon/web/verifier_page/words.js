// SPDX-License-Identifier: Apache-2.0
// Words of the page in the reader's language, from the catalogues inside the file.

/** Whether the catalogues have words for a code. */
function hasWords(code) {
  return Object.hasOwn(WORDS, code);
}

/** A template of the catalogues filled in: `{name}` stands for a value, doubled braces for one. */
function filled(template, params) {
  return template.replace(/\{\{|\}\}|\{(\w+)\}/g, (part, name) => {
    if (name === undefined) return part[0];
    return String(params[name] ?? "\u2013");
  });
}

/** The words for a code in a language; the code itself where there are none. */
function wordsFor(language, code, params = {}) {
  return hasWords(code) ? filled(WORDS[code][LANGUAGES.indexOf(language)], params) : code;
}

/** What to do next, by the catalogues; empty where they do not say it. */
function hintFor(language, code, params = {}) {
  const template = hasWords(code) ? WORDS[code][LANGUAGES.length + LANGUAGES.indexOf(language)] : undefined;
  return template === undefined ? "" : filled(template, params);
}

/** The language to begin with: one named in the address, else the first of the browser's that the
 * page speaks. */
function firstLanguage(search, wanted) {
  const named = new URLSearchParams(search).get("lang");
  const all = [named, ...wanted].filter(Boolean).map((each) => each.toLowerCase().split("-")[0]);
  return all.find((each) => LANGUAGES.includes(each)) ?? LANGUAGES[0];
}

/** A time (BigInt, seconds since 1970) as 31/12/2026 23:59:59 UTC+07:00, in the device's time zone. */
function timeWords(time) {
  const date = new Date(Number(time) * 1000);
  if (Number.isNaN(date.getTime())) return String(time);
  const two = (number) => String(number).padStart(2, "0");
  const minutes = -date.getTimezoneOffset();
  const zone = `${minutes < 0 ? "\u2212" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const day = [two(date.getDate()), two(date.getMonth() + 1), date.getFullYear()].join("/");
  const hour = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${day} ${hour} UTC${zone}`;
}

/** A whole number with the language's separators. */
function numberWords(language, number) {
  return new Intl.NumberFormat(language).format(number);
}
