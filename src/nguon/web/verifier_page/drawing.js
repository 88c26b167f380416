// SPDX-License-Identifier: Apache-2.0
// Pieces of the page: elements, signs, lists. Whatever comes from a proof is put in as text.

const SHAPES = {
  yes: "M4.5 12.5l5 5L19.5 7",
  no: "M6 6l12 12M18 6L6 18",
  open: "M9.2 9.3a2.8 2.8 0 1 1 4.2 2.4c-.9.5-1.4 1.1-1.4 2.1M12 17.4v.1",
};

/** An element with attributes and children (elements or texts); null children are left out. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The sign of a verdict: yes, no or open; words beside it say the same. */
function sign(kind) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  Object.entries({ class: "sign", viewBox: "0 0 24 24", "aria-hidden": "true" })
    .forEach(([key, value]) => drawing.setAttribute(key, value));
  line.setAttribute("d", SHAPES[kind]);
  drawing.append(line);
  return drawing;
}

/** A list of facts: pairs of words and what they say (text, element or a list of texts). */
function facts(pairs) {
  const list = element("dl", { class: "facts" });
  for (const [words, said] of pairs.filter(([, value]) => value !== null && value.length !== 0)) {
    const lines = Array.isArray(said) ? said.map((each) => element("div", {}, each)) : [said];
    list.append(element("dt", {}, words), element("dd", {}, ...lines));
  }
  return list;
}

/** Something that opens when it is asked for. */
function unfolding(words, ...children) {
  return element("details", {}, element("summary", {}, words), ...children);
}
