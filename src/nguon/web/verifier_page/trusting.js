// SPDX-License-Identifier: Apache-2.0
// Whether a checkpoint is to be trusted: who signed, who cosigned, and when.

const FUTURE = 30n;

/** Whether a cosignature of this time counts: at most 30 s ahead of the clock (docs/proofs.md,
 * `witnesses`), not older than `oldest` seconds where that is given. */
function timeCounts(time, now, oldest = null) {
  return time <= now + FUTURE && (oldest === null || time >= now - oldest);
}

/** The newest time that counts of each witness's key (in hexadecimal). */
function timesOf(verified, now, oldest = null) {
  const times = new Map();
  for (const { key, signature } of verified) {
    const time = cosignedAt(signature.octets);
    const whose = hex(key.octets);
    if (key.kind !== COSIGNATURE || !timeCounts(time, now, oldest)) continue;
    if (!times.has(whose) || times.get(whose) < time) times.set(whose, time);
  }
  return times;
}

/** Findings on the log's signature, the quorum of witnesses (tlog-policy, "Quorum") and their age;
 * `times` by the names of witnesses that count; and `ahead`, the newest time that lies too far ahead
 * of the clock, or null. */
async function judgeCheckpoint(note, { policy, now, most = null, own = false }) {
  let seen;
  try {
    seen = await openCheckpoint(note, knownKeys(keysOf(policy)), own);
  } catch (error) {
    const rest = ["witnesses", "fresh"].map((code) => leftOpen(code, "evidence.rests"));
    return { findings: [refusedBy("log-signature", error), ...rest], times: new Map(), ahead: null };
  }
  const { origin, size } = seen.checkpoint;
  const times = timesOf(seen.verified, now);
  const witnessed = judgeWitnesses(policy, times);
  const aged = judgeAge(policy, timesOf(seen.verified, now, most), most, witnessed);
  const newest = newestOf(timesOf(seen.verified, SIZE_LIMIT * 2n).values());
  const named = [...policy.witnesses].filter(([, key]) => times.has(hex(key.octets)));
  return {
    findings: [held("log-signature", { origin, size }), witnessed, aged],
    times: new Map(named.map(([name, key]) => [name, times.get(hex(key.octets))])),
    ahead: newest !== null && !timeCounts(newest, now) ? newest : null,
  };
}

function newestOf(times) {
  return [...times].reduce((one, other) => (one === null || other > one ? other : one), null);
}

function judgeWitnesses(policy, times) {
  const names = [...policy.witnesses].filter(([, key]) => times.has(hex(key.octets))).map(([name]) => name);
  const params = { quorum: policy.quorum, names: names.join(", "), count: names.length, time: newestOf(times.values()) };
  if (policy.quorum === "none") return leftOpen("witnesses", "evidence.no-quorum", params);
  if (satisfied(policy, new Set(times.keys()))) return held("witnesses", params);
  return fails("witnesses", "transparency.quorum", { given: params.names || "\u2013", ...params });
}

function judgeAge(policy, recent, most, witnessed) {
  if (witnessed.holds === null) return leftOpen("fresh", "evidence.no-quorum");
  if (!witnessed.holds) {
    return leftOpen("fresh", witnessed.holds === null ? "evidence.no-quorum" : "evidence.rests");
  }
  const params = { time: witnessed.params.time, most };
  if (most === null) return leftOpen("fresh", "evidence.no-age", params);
  if (satisfied(policy, new Set(recent.keys()))) return held("fresh", params);
  return fails("fresh", "evidence.too-old", params);
}
