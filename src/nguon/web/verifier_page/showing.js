// SPDX-License-Identifier: Apache-2.0
// What a verdict looks like: one sentence first, then claim by claim, then what is not shown.

const STATES = new Map([[true, ["yes", "holds"]], [false, ["no", "fails"]], [null, ["open", "open"]]]);

/** How all findings together are told: good, part or bad. What nobody asked for does not count. */
function verdictOf({ kind, findings }, given) {
  const holds = (code) => findings.filter((each) => each.code === code).map((each) => each.holds);
  if (findings.some((each) => each.holds === false)) return "bad";
  const needed = kind === "checkpoint" ? ["log-signature", "witnesses"] : ["log-signature", "witnesses", "inclusion"];
  if (given.event) needed.push("event");
  if (kind === "dossier") needed.push("issuer", "manifest");
  if (holds("complete").length) needed.push("map-logged", "complete");
  const whole = needed.every((code) => holds(code).length && holds(code).every((each) => each === true));
  return whole ? "good" : "part";
}

/** One finding: what is claimed, its state in words and as a sign, and the reason. */
function claim(language, { code, holds, params }, ahead) {
  const [state, ending] = STATES.get(holds);
  const told = spokenParams(language, params);
  const late = code === "witnesses" && holds === false && ahead !== null;
  const clock = late ? wordsFor(language, "verifier.clock", { time: timeWords(ahead) }) : null;
  const { reason = null } = params;
  const why = reason && `${wordsFor(language, reason, told)} ${hintFor(language, reason, told)}`;
  return element("li", { class: state, "data-code": code }, sign(state), element("div", {},
    element("span", { class: "state" }, wordsFor(language, `verifier.state-${state}`)),
    element("p", {}, wordsFor(language, `${roomOf(code)}.${code}.${ending}`, told)),
    why ? element("p", { class: "small muted" }, why) : null,
    clock && element("p", { class: "small" }, clock)));
}

/** In which catalogue a finding's words are. */
function roomOf(code) {
  return hasWords(`dossier.${code}.fails`) || hasWords(`dossier.${code}.holds`) ? "dossier" : "evidence";
}

/** Parameters of words as people read them: times, lists and numbers in their language. */
function spokenParams(language, params) {
  const said = {};
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined) continue;
    if (name === "time") said[name] = timeWords(value);
    else if (Array.isArray(value)) said[name] = value.join(", ");
    else said[name] = ["bigint", "number"].includes(typeof value) ? numberWords(language, value) : value;
  }
  return said;
}

function limits(language, { kind, findings }) {
  const holds = (code) => findings.some((each) => each.code === code && each.holds === true);
  const codes = ["true"];
  if (kind !== "checkpoint" && !holds("event")) codes.push("content");
  if (!holds("complete")) codes.push("all");
  codes.push("now");
  const lines = codes.map((code) => element("li", {}, wordsFor(language, `verifier.limit-${code}`)));
  return element("section", { class: "limits" },
    element("h3", {}, wordsFor(language, "verifier.limits")), element("ul", {}, ...lines));
}

/** Names of the witnesses that count, with their times. */
function witnessLines(times) {
  return [...times].map(([name, time]) => `${name} \u2013 ${timeWords(time)}`);
}

/** What is known of the entry and the log: only what the signatures cover, and who said the rest. */
function particulars(language, { findings, facts: known }) {
  const t = (code) => wordsFor(language, `verifier.${code}`);
  const shown = (code, value) => (findings.some((each) => each.code === code && each.holds) ? value : null);
  const number = (value) => (value === null ? null : numberWords(language, value));
  return facts([
    [t("receipt"), shown("inclusion", known.number)],
    [t("record"), known.record === null ? null : shown("inclusion", `${known.record} (${t("unvouched")})`)],
    [t("log"), shown("log-signature", known.origin)],
    [t("place"), shown("inclusion", number(known.index))],
    [t("size"), shown("log-signature", number(known.size))],
    [t("witnesses"), witnessLines(known.times)],
  ]);
}

function technical(language, { facts: known }) {
  const texts = [["entry", known.entry], ["checkpoint", known.checkpoint]].filter(([, text]) => text);
  return unfolding(wordsFor(language, "verifier.technical"), ...texts.flatMap(([code, text]) => [
    element("h3", {}, wordsFor(language, `verifier.${code}`)), element("pre", {}, text)]));
}

/** The whole result of a verification as elements. */
function resultOf(language, outcome, given) {
  const verdict = verdictOf(outcome, given);
  const state = { good: "yes", bad: "no", part: "open" }[verdict];
  const title = element("h2", { id: "verdict", tabindex: "-1" }, sign(state),
    wordsFor(language, `verifier.${verdict}`));
  const claims = outcome.findings.filter((each) => asked(each, given)).map((each) => claim(language, each, outcome.facts.ahead));
  return [
    element("div", { class: `verdict ${verdict}` }, title,
      element("p", {}, wordsFor(language, `verifier.${verdict}-${outcome.kind}`))),
    particulars(language, outcome),
    element("h3", {}, wordsFor(language, "verifier.checked")),
    element("ul", { class: "claims" }, ...claims),
    verdict === "bad" ? "" : limits(language, outcome),
    technical(language, outcome),
  ];
}

/** Whether a finding is told: not those that stay open because nobody gave or asked for anything. */
function asked({ code, holds }, given) {
  if (holds !== null || roomOf(code) === "dossier" || code === "log-signature" || code === "witnesses" || code === "inclusion") return true;
  if (code === "event") return given.event;
  return code === "complete" || code === "map-logged" || code === "anchor";
}

/** What could not be read, and what to do about it. */
function refusalOf(language, { code, params }) {
  const told = spokenParams(language, params);
  const known = hasWords(code) ? code : "verifier.unreadable";
  return [element("div", { class: "verdict bad" },
    element("h2", { id: "verdict", tabindex: "-1" }, sign("no"), wordsFor(language, "verifier.refused")),
    element("p", {}, wordsFor(language, known, told)),
    element("p", { class: "small" }, hintFor(language, known, told)))];
}

/** Whom this copy of the page trusts: logs, witnesses and how many must agree. */
function trustOf(language, policy) {
  const t = (code, params) => wordsFor(language, `verifier.${code}`, params);
  if (!policy.logs.length) return [element("p", {}, t("trust-nobody"))];
  const group = policy.groups.get(policy.quorum);
  const members = group ? group.members.join(", ") : policy.quorum;
  const quorum = policy.quorum === "none" ? t("quorum-none")
    : t("quorum", { threshold: group ? group.threshold : 1, members });
  const names = (keys) => keys.map(({ name, id }) => `${name} (${id})`);
  const witnesses = [...policy.witnesses].map(([name, key]) => `${name}: ${key.name} (${key.id})`);
  return [
    element("p", {}, quorum),
    unfolding(t("trust-keys"), facts([[t("logs"), names(policy.logs)], [t("witnesses"), witnesses]])),
  ];
}
