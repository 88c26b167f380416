// SPDX-License-Identifier: Apache-2.0
// Claims of a package of evidence: whether their facts are what the evidence says. The rules are
// not applied here: `nguon verify` does that.

/** The finding about a claim (a Map of facts and standing): it falls at the first stage that does
 * not hold, and alone where its facts are not in their form. */
function judgeClaim(told, basis) {
  const facts = told.get("facts");
  const claim = facts.get("claim");
  const claimed = claim instanceof Map ? claim : new Map();
  const params = {
    kind: claimed.get("kind"),
    claim: claimed.get("kind"),
    about: claimed.get("about") || claimed.get("item"),
    receipt: claimed.get("receipt") ?? "\u2013",
    level: told.get("standing").get("level"),
  };
  const formed = claim instanceof Map && ["logged", "signature", "step"].every((name) => isMembers(facts.get(name) ?? null))
    && isMembers(facts.get("signature")?.get("scope") ?? null)
    && [["logged", "at"], ["step", "happened"]].every(([name, time]) => !facts.get(name) || momentOf(facts.get(name).get(time)) !== null);
  if (!formed) return fails("claim", "dossier.form", { ...params, stage: "facts" });
  for (const [stage, judged] of [["logged", loggedStage], ["signed", signedStage], ["facts", factsStage]]) {
    const [holds, reason] = judged(facts, basis);
    if (holds === false) return fails("claim", reason, { ...params, stage });
    if (holds === null) return leftOpen("claim", reason, { ...params, stage });
  }
  return leftOpen("claim", "dossier.rules-here", { ...params, stage: "judged" });
}

function isMembers(told) {
  return told === null || told instanceof Map;
}

const GOOD = [true, ""];

function provedEntry(facts, { entries }) {
  return entries.get(facts.get("logged")?.get("receipt"));
}

function loggedStage(facts, basis) {
  const logged = facts.get("logged");
  if (!logged) return GOOD;
  const proved = provedEntry(facts, basis);
  if (facts.get("claim").get("receipt") !== logged.get("receipt")) return [false, "dossier.entry-other"];
  if (!proved) return [null, "dossier.entry-absent"];
  if (proved.wrong) return [false, proved.wrong.params.reason];
  return [textOf(proved.entry.entry) === logged.get("leaf"), "dossier.entry-other"];
}

function signedStage(facts, basis) {
  const [logged, told] = [facts.get("logged"), facts.get("signature")];
  const found = logged && basis.signatures.get(logged.get("receipt"));
  if (!told) return found ? [false, "dossier.signature-untold"] : GOOD;
  const proved = provedEntry(facts, basis);
  if (!found || !proved) return [null, "dossier.signature-absent"];
  const over = found.events.get(logged.get("receipt"));
  const another = told.get("kid") && told.get("kid") !== found.kid;
  if (found.digest !== told.get("digest") || found.form !== told.get("form") || another) {
    return [false, "dossier.signature-other"];
  }
  if (found.verified !== null && found.verified !== told.get("valid")) return [false, "signing.signature"];
  if (over === false) return [false, "dossier.signature-other"];
  const wrong = keyDiffers(told, basis.keys.get(found.kid), momentOf(logged.get("at")), proved.place);
  if (wrong) return [false, wrong];
  return over && found.verified !== null ? GOOD : [null, "dossier.signature-part"];
}

/** What the facts say of a key, beside its history: the reason where they differ. */
function keyDiffers(told, history, at, place) {
  if (!history) return "dossier.key-unbound";
  if (keyState(history, at, place) !== told.get("state")) return "dossier.key-state";
  const scope = ["prefixes", "places"].map((name) => told.get("scope")?.get(name) ?? []);
  if (told.get("kid") && JSON.stringify(scope) !== JSON.stringify(history.scope)) return "dossier.key-scope";
  const party = told.get("party");
  return party && !history.did.endsWith(`:${party}`) ? "dossier.key-party" : null;
}

/** The time that a step's facts tell is its event's. */
function factsStage(facts, basis) {
  const proved = provedEntry(facts, basis);
  const event = proved ? eventOf(facts.get("logged").get("receipt"), basis.entries) : null;
  if (event === null || !facts.get("step")) return GOOD;
  const happened = timeOf(event);
  const said = momentOf(facts.get("step").get("happened"));
  return [happened === null || happened === said, "dossier.facts-event"];
}

/** The time that an event tells; null where it tells none that can be read. */
function timeOf(event) {
  try {
    return momentOf(JSON.parse(event)?.eventTime);
  } catch {
    return null;
  }
}
