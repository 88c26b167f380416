// SPDX-License-Identifier: Apache-2.0
// Whether a checkpoint is to be believed under a policy: its log, its quorum, how fresh.

const FUTURE = 30n;

/** Whether a cosignature of this time counts: not from the future (tlog-witness), not older than
 * `oldest` seconds. Without a clock all count. */
function clockAllows(clock, time) {
  if (!clock) return true;
  if (time > clock.now + FUTURE) return false;
  return clock.oldest === null || time >= clock.now - clock.oldest;
}

/** The checkpoint in a signed note if the policy is satisfied: {checkpoint, log, times}, `times` by
 * names of witnesses; throws `Refusal` (tlog-policy, "Policy evaluation"). */
async function believe(octets, policy, clock = null, own = false) {
  const seen = await openCheckpoint(octets, knownKeys(keysOf(policy)), own);
  const latest = new Map();
  for (const { key, signature } of seen.verified) {
    const time = cosignedAt(signature.octets);
    const who = hex(key.octets);
    if (key.kind !== COSIGNATURE || !clockAllows(clock, time)) continue;
    if (!latest.has(who) || latest.get(who) < time) latest.set(who, time);
  }
  const times = new Map();
  for (const [name, key] of policy.witnesses) {
    if (latest.has(hex(key.octets))) times.set(name, latest.get(hex(key.octets)));
  }
  if (!satisfied(policy, new Set(latest.keys()))) {
    const given = [...times.keys()].sort().join(", ") || "\u2013";
    throw new Refusal("transparency.quorum", { quorum: policy.quorum, given });
  }
  return { checkpoint: seen.checkpoint, log: seen.log, times };
}
