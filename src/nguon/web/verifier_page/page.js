// SPDX-License-Identifier: Apache-2.0
// The page: takes files, pasted text or what a scanned code carries, and shows the verdict. Nothing
// is sent anywhere; the page's own content security policy would not allow it.

const LARGEST = DOSSIER_LIMIT;

const page = { language: "vi", policy: null, proof: null, last: null };

const part = (id) => document.getElementById(id);

/** Puts the words of the reader's language everywhere, and the last result again. */
function speak(language) {
  page.language = language;
  document.documentElement.lang = language;
  document.title = `${wordsFor(language, "verifier.title")} \u2013 ${wordsFor(language, "web.site")}`;
  for (const each of document.querySelectorAll("[data-words]")) {
    each.textContent = wordsFor(language, each.dataset.words);
  }
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", wordsFor(language, each.dataset.label));
  }
  for (const each of document.querySelectorAll("[data-language]")) {
    each.setAttribute("aria-pressed", String(each.dataset.language === language));
  }
  part("trust").replaceChildren(...trustOf(language, page.policy));
  if (page.last) draw();
}

function draw() {
  const { outcome, refusal, given } = page.last;
  const drawn = refusal ? refusalOf(page.language, refusal) : resultOf(page.language, outcome, given);
  part("result").replaceChildren(...drawn);
  part("result").hidden = false;
}

/** Verifies octets and shows what came of it; `event` is the record's file, or null. */
async function judge(octets, event = null) {
  const given = { event: event !== null };
  try {
    const now = BigInt(Math.floor(Date.now() / 1000));
    page.last = { given, outcome: await verify(octets, { policy: page.policy, now, event }) };
    page.proof = octets;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    page.last = { given, refusal: error };
  }
  draw();
  part("verdict").focus();
  part("result").scrollIntoView({ block: "start" });
}

/** Whether octets are a proof by their beginning; a record may begin with a brace, too. */
function isProof(octets) {
  const kind = kindOf(octets);
  if (["receipt", "packed", "dossier"].includes(kind)) return true;
  try {
    if (kind === "package") requireFormat(octets);
    else checkpointIn(octets);
    return true;
  } catch {
    return false;
  }
}

/** Of some files: the one that is a proof, and the one that is the record. A record alone goes with
 * the proof that was given before. */
function sorted(contents) {
  const proof = contents.find(isProof) ?? (contents.length === 1 ? page.proof : null) ?? contents[0];
  return [proof, contents.find((each) => each !== proof) ?? null];
}

async function readFiles(files) {
  const chosen = [...files].slice(0, 2);
  if (!chosen.length) return;
  const large = chosen.find((file) => file.size > LARGEST);
  if (large) {
    page.last = { given: {}, refusal: new Refusal("evidence.too-long", { most: LARGEST, place: "" }) };
    draw();
    return;
  }
  const contents = await Promise.all(chosen.map(async (file) => new Uint8Array(await file.arrayBuffer())));
  await judge(...sorted(contents));
}

async function readFragment() {
  if (!location.hash.startsWith("#r=")) return;
  await judge(utf8(location.hash));
}

function listen() {
  const drop = part("drop");
  document.querySelectorAll("[data-language]").forEach((button) => {
    button.addEventListener("click", () => speak(button.dataset.language));
  });
  part("files").addEventListener("change", async ({ target }) => {
    await readFiles(target.files);
    target.value = "";
  });
  part("check").addEventListener("click", () => judge(utf8(part("text").value)));
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (happened) => {
      happened.preventDefault();
      drop.classList.toggle("over", name === "dragover");
    });
  }
  drop.addEventListener("drop", ({ dataTransfer }) => readFiles(dataTransfer.files));
  globalThis.addEventListener("hashchange", readFragment);
}

async function begin() {
  page.policy = readPolicy(octetsOf(POLICY));
  part("page").hidden = false;
  part("download").hidden = !location.protocol.startsWith("http");
  speak(firstLanguage(location.search, navigator.languages));
  listen();
  await readFragment();
}
