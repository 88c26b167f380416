// SPDX-License-Identifier: Apache-2.0
// What the script offers to who looks at it from outside: the same functions that the page uses.

globalThis.nguon = Object.freeze({
  Refusal, armoured, checkConsistency, checkInSubtree, checkInclusion, checkPart, digested, hex, hmac256,
  knownKeys, leafHash, octetsOf, openCheckpoint, openNote, readCheckpoint, readKey, readNote, readPolicy,
  readReceipt, rootOfHashes, satisfied, sha256, sha512, signatureHolds, unhex, unpacked, utf8, verify,
});

begin();
