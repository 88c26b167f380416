// SPDX-License-Identifier: Apache-2.0
// What a verifier answers (docs/proofs.md): findings that hold (true), fail (false), or stay open
// (null: not shown, or not checked). `params` fill the words of the catalogues.

/** It holds. */
function held(code, params = {}) {
  return { code, holds: true, params };
}

/** It was shown and is wrong. */
function fails(code, reason, params = {}) {
  return { code, holds: false, params: { reason, ...params } };
}

/** It was not shown, or not checked. */
function leftOpen(code, reason, params = {}) {
  return { code, holds: null, params: { reason, ...params } };
}

/** It is wrong for the reason that a refusal gives; other errors are thrown on. */
function refusedBy(code, error, params = {}) {
  if (!(error instanceof Refusal)) throw error;
  return { code, holds: false, params: { reason: error.code, ...error.params, ...params } };
}
