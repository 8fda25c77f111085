// Waiting for something to become true, instead of for time to pass.

import { setTimeout as pause } from "node:timers/promises";

/** Asks `probe` until it answers something truthy, and gives that back. `what` is what a failure says was missing. */
export async function until(what, probe, patience = 15_000) {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`not within ${patience / 1000} s: ${what}`);
    await pause(25);
  }
}
