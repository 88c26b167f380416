// SPDX-License-Identifier: Apache-2.0
// Whatever somebody holds up as a proof, as one value: receipt, packed receipt, package, note.

const PACKED = /^[ \t\n\r\f\v]*(?:[!-~]*#r=)?[A-Za-z0-9_-]+[ \t\n\r\f\v]*$/;

/** What octets are by their beginning: receipt, package of evidence ("dossier"), package, packed or
 * checkpoint (docs/proofs.md, "How a verifier judges"). */
function kindOf(octets) {
  const text = textFrom(octets.subarray(0, RECEIPT_LIMIT));
  if (text.startsWith(`${PROOF_HEAD}\n`)) return "receipt";
  if (text.startsWith(DOSSIER_BEGIN)) return "dossier";
  if (/^[ \t\n\r\f\v]*\{/.test(text)) return "package";
  return PACKED.test(text) ? "packed" : "checkpoint";
}

/** What a file holds: {kind, checkpoint, package, record}, a receipt as a package of one entry;
 * throws `Refusal` that names the place. */
function readEvidence(octets) {
  const kind = kindOf(octets);
  if (kind === "package") {
    const found = readPackage(octets);
    return { kind, checkpoint: checkpointIn(found.checkpoint), package: found, record: null };
  }
  if (kind === "receipt" || kind === "packed") return receiptIn(kind, octets);
  const empty = { checkpoint: octets, entries: [], completeness: [], anchors: [] };
  return { kind, checkpoint: checkpointIn(octets), package: empty, record: null };
}

function receiptIn(kind, octets) {
  const { receipt, shown } = kind === "packed" ? readOurs(receiptInAddress(textFrom(octets))) : ownReceipt(octets);
  const { index, proof } = receipt;
  const about = { event: null, context: null, statement: null, marks: null };
  const entry = { index, proof, entry: shown.entry, opening: shown.opening, ...about };
  const found = { checkpoint: receipt.checkpoint, entries: [entry], completeness: [], anchors: [] };
  return { kind: "receipt", checkpoint: checkpointIn(receipt.checkpoint), package: found, record: shown.record };
}

function ownReceipt(octets) {
  try {
    return readOurs(octets);
  } catch (error) {
    if (error.code !== "transparency.receipt-form") throw error;
    throw new Refusal("evidence.form", { place: `line ${error.params.line}` });
  }
}

function checkpointIn(note) {
  try {
    return readCheckpoint(readNote(note).text);
  } catch {
    throw new Refusal("evidence.form", { place: "checkpoint" });
  }
}
