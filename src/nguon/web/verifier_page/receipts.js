// SPDX-License-Identifier: Apache-2.0
// Proofs that travel (C2SP tlog-proof@v1): an entry's place and the witnessed checkpoint.

const PROOF_HEAD = "c2sp.org/tlog-proof@v1";
const HASH_LIMIT = 63;

function endOfHead(octets) {
  return octets.findIndex((octet, at) => octet === 0x0a && octets[at + 1] === 0x0a);
}

/** The proof in a file: {index, proof, checkpoint, extra}, `extra` null where none is; throws
 * `Refusal` that names the line (tlog-proof, "Format"). */
function readReceipt(octets) {
  const end = endOfHead(octets);
  const lines = textFrom(octets.subarray(0, Math.max(end, 0))).split("\n");
  if (end < 0 || lines.shift() !== PROOF_HEAD) throw new Refusal("transparency.receipt-form", { line: 1 });
  let extra = null;
  let line = 2;
  if (lines.length && lines[0].startsWith("extra ")) {
    extra = octetsOf(lines.shift().slice(6));
    line = 3;
    if (!extra) throw new Refusal("transparency.receipt-form", { line: 2 });
  }
  const told = lines.length ? lines.shift() : "";
  const index = told.startsWith("index ") ? numberOf(told.slice(6)) : null;
  if (index === null) throw new Refusal("transparency.receipt-form", { line });
  const proof = lines.map((each, at) => {
    const found = hashOf(each);
    if (!found || at >= HASH_LIMIT) throw new Refusal("transparency.receipt-form", { line: line + 1 + at });
    return found;
  });
  return { index, proof, checkpoint: octets.slice(end + 2), extra };
}
