// Two nodes behind one address: clients that are cut off come back to either, and nobody misses anything.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { heardAll, join, socketTo, version1 } from "./support/channels.mjs";
import { player, players } from "./support/game.mjs";
import { startNodes } from "./support/nodes.mjs";
import { until } from "./support/until.mjs";

let nodes;
before(async () => (nodes = await startNodes(2)));
after(() => nodes.close());

/** A generator of numbers from 0 to below 1 (Lehmer's), the same each time: the cuts of a run can be made again. */
function lots(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test("of twenty cuts at random moments none leaves a gap, whichever node a client comes back to", async (t) => {
  const [alice, bob] = await players(nodes.base, 2);
  const lobby = await alice.openLobby({ title: "0", max_users: 4 });
  await bob.join(lobby);
  const topic = `lobby:${lobby.id}`;
  const [hers, his] = [socketTo(nodes.base, t, alice), socketTo(nodes.base, t, bob, version1)];
  const inside = await join(hers, topic, { remembers: true });
  const insideToo = await join(his, topic);
  const lot = lots(20261128);
  let cuts = 0;
  let renamed = 0;
  const at = nodes.nodes.map((node) => alice.at(node.base));
  while (cuts < 20) {
    renamed += 1;
    await at[renamed % 2].updateLobby({ title: String(renamed) });
    if (lot() < 0.3) {
      const before = [hers, his].map((socket) => socket.codes.length);
      nodes.door.cut();
      cuts += 1;
      await until("whoever was there is cut off", () => [hers, his].some((socket, n) => socket.codes.length > before[n]));
      // Sometimes both are back before the next cut, sometimes neither is, and sometimes one.
      if (lot() < 0.7) await until("both are back", () => hers.isConnected() && his.isConnected());
      else await until("one is there to be cut off", () => hers.isConnected() || his.isConnected());
    }
  }
  await heardAll(inside, renamed);
  assert.deepEqual(inside.heard.map(([event, { title }]) => [event, title]), Array.from({ length: renamed }, (_, n) => ["lobby_updated", String(n + 1)]));
  assert.ok(inside.replies.slice(1).every((reply) => reply.resync === false), "it was told each time what it had missed");
  // A client that does not say what it has seen is told how things are, and hears what follows without a gap.
  await until("he knows the last title", () => {
    const said = insideToo.heard.at(-1)?.[1].title;
    const read = insideToo.replies.at(-1).lobby.title;
    return [said, read].includes(String(renamed)) && insideToo.seen.seq === inside.seen.seq;
  });
  assert.equal(insideToo.gaps, 0);
  await bob.leave();
  await alice.leave();
});

test("a node that is killed with fifty sockets loses nobody: all are back on the other, and know how things are", async (t) => {
  const host = await player(nodes.base);
  const lobby = await host.openLobby({ title: "Dunes", max_users: 51 });
  const guests = await players(nodes.base, 24);
  for (const guest of guests) await guest.join(lobby);
  const channels = [];
  for (const who of [host, ...guests]) {
    for (let n = 0; n < 4; n += 1) {
      channels.push(await join(socketTo(nodes.base, t, who), `lobby:${lobby.id}`, { remembers: true }));
    }
  }
  assert.equal(channels.length, 100, "every second one is on the node that dies");
  const [dead, alive] = nodes.nodes;
  const stays = host.at(alive.base);
  await stays.updateLobby({ title: "before" });
  for (const channel of channels) await heardAll(channel, 1);
  await dead.kill();
  await stays.updateLobby({ title: "after" });
  for (const channel of channels) await heardAll(channel, 2);
  const back = channels.filter((channel) => channel.replies.length > 1);
  assert.ok(back.length >= 50, `${back.length} came back`);
  for (const channel of channels) {
    assert.deepEqual(channel.heard.map(([, { title }]) => title), ["before", "after"]);
    assert.equal(channel.state, "joined");
  }
  assert.equal((await stays.me()).lobby_id, lobby.id);
  await dead.start();
});
