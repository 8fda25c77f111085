// The official Phoenix client for JavaScript, as games use it, against the real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";

import { adminCookie, startWithAdmin } from "./support/admin.mjs";
import { player, players } from "./support/game.mjs";
import { heardAll, join, socketTo, version1 } from "./support/channels.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => (server = await startWithAdmin()));
after(() => server.close());

const socketOf = (t, who, version) => socketTo(server.base, t, who, version);

/** The reason a join was refused with. */
async function refusal(t, who, topic) {
  const socket = socketOf(t, who);
  const { reply } = await join(socket, topic).then(() => assert.fail(`${topic} was joined`), (error) => error);
  socket.disconnect();
  assert.match(reply.message, /\w+ .+\.$/, `${topic}: refused without a sentence`);
  return reply.reason;
}

/** Goes once to the server and back, behind everything it has said so far. */
const roundTrip = (socket) => new Promise((resolve) => assert.ok(socket.ping(resolve), "the socket is open"));

test("what happens to a lobby is heard once and in order, by everybody it concerns", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const [hers, his, passerby] = [socketOf(t, alice), socketOf(t, bob), socketOf(t)];
  const list = await join(passerby, "lobbies");
  const own = await join(his, `user:${bob.id}`);
  assert.equal(typeof own.replies[0].epoch, "string");
  assert.deepEqual([own.replies[0].seq, own.replies[0].lobby_id], [0, null]);

  const lobby = await alice.openLobby({ title: "Dunes", max_users: 4 });
  const inside = await join(hers, `lobby:${lobby.id}`);
  assert.deepEqual(inside.replies[0].lobby.members.map((member) => member.user_id), [alice.id]);
  await bob.join(lobby);
  const insideToo = await join(his, `lobby:${lobby.id}`);
  await alice.leave();
  await heardAll(insideToo, 2);
  await bob.leave();
  await heardAll(list, 4);
  await heardAll(own, 2);
  for (const socket of [hers, his, passerby]) await roundTrip(socket);

  assert.deepEqual(own.heard, [
    ["lobby_changed", { lobby_id: lobby.id }],
    ["lobby_changed", { lobby_id: null }],
  ]);
  assert.deepEqual(inside.heard, [
    ["user_joined", { user_id: bob.id }],
    ["user_left", { user_id: alice.id }],
  ]);
  assert.deepEqual(insideToo.heard, [
    ["user_left", { user_id: alice.id }],
    ["host_changed", { new_host_id: bob.id }],
    ["user_left", { user_id: bob.id }],
  ]);
  assert.deepEqual(list.heard.map(([event]) => event), [
    "lobby_created",
    "lobby_membership_changed",
    "lobby_membership_changed",
    "lobby_deleted",
  ]);
  const [[, created], [, filled], [, emptied], [, deleted]] = list.heard;
  assert.deepEqual([created.id, created.title, created.member_count], [lobby.id, "Dunes", 1]);
  assert.deepEqual([filled, emptied, deleted], [
    { id: lobby.id, member_count: 2, revision: 2 },
    { id: lobby.id, member_count: 1, revision: 3 },
    { id: lobby.id },
  ]);
});

test("leaving a lobby closes its channel, and others stay in theirs", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby();
  await bob.join(lobby);
  const [hers, his] = [socketOf(t, alice), socketOf(t, bob)];
  const [leaves, stays] = [await join(hers, `lobby:${lobby.id}`), await join(his, `lobby:${lobby.id}`)];
  await alice.leave();
  await until("her channel is closed", () => leaves.state === "closed");
  assert.ok(hers.isConnected(), "her socket is not");
  await heardAll(stays, 2);
  assert.equal(stays.state, "joined");
  assert.equal(await refusal(t, alice, `lobby:${lobby.id}`), "not_a_member");
});

test("a client of version 1 joins, hears, leaves and comes back like any other", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const socket = socketOf(t, alice, version1);
  const own = await join(socket, `user:${alice.id}`);
  const lobby = await alice.openLobby({ title: "Dunes" });
  const inside = await join(socket, `lobby:${lobby.id}`);
  assert.deepEqual(inside.replies[0].lobby.members.map((member) => member.user_id), [alice.id]);
  const refused = await join(socket, `user:${bob.id}`).catch((error) => error.reply);
  assert.equal(refused.reason, "unauthorized");
  await bob.join(lobby);
  await heardAll(inside, 1);
  assert.deepEqual(inside.heard, [["user_joined", { user_id: bob.id }]]);
  await roundTrip(socket);

  await new Promise((resolve, reject) => own.leave().receive("ok", resolve).receive("timeout", reject));
  // This client would take the old membership's end, which version 1 sends without a join_ref, for the new one's.
  await roundTrip(socket);
  const again = await join(socket, `user:${alice.id}`);
  await alice.leave();
  await until("the lobby's channel is closed", () => inside.state === "closed");
  await heardAll(again, 1);
  assert.deepEqual(again.heard, [["lobby_changed", { lobby_id: null }]]);
  await server.restart();
  await until("it is joined again", () => again.replies.length === 2 && again.state === "joined");
  assert.equal(socket.codes[0], 1001);
  await bob.leave();
});

test("topics are refused to whom they do not concern, with a reason", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby();
  for (const [who, topic, reason] of [
    [bob, `user:${alice.id}`, "unauthorized"],
    [bob, `lobby:${lobby.id}`, "not_a_member"],
    [bob, "lobby:999999", "not_a_member"],
    [bob, "admin:lobbies", "forbidden"],
    [bob, "admin:users", "forbidden"],
    [bob, "session:1", "unmatched topic"],
    [bob, "weather", "unmatched topic"],
    [undefined, `user:${alice.id}`, "unauthorized"],
    [undefined, `lobby:${lobby.id}`, "invalid_topic_or_unauthenticated"],
    [undefined, "admin:users", "authentication_required"],
  ]) {
    assert.equal(await refusal(t, who, topic), reason, `${topic} for ${who ? "bob" : "nobody"}`);
  }
});

test("a hidden lobby is heard of by its members only", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const list = await join(socketOf(t), "lobbies");
  await alice.openLobby({ title: "Cellar", is_hidden: true });
  await alice.leave();
  await bob.openLobby({ title: "Terrace" });
  await heardAll(list, 1);
  assert.equal(list.heard[0][1].title, "Terrace");
  await bob.leave();
});

test("logging out closes the player's socket and nobody else's", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const [hers, his] = [socketOf(t, alice), socketOf(t, bob)];
  await join(hers, `user:${alice.id}`);
  await join(his, `user:${bob.id}`);
  await alice.logOut();
  // 4501: signed out. Whatever comes after are the client's own tries to come back.
  await until("her socket is closed", () => hers.codes[0] === 4501);
  await until("and let in no more", () => hers.codes.includes(1006));
  await roundTrip(his);
  assert.deepEqual(his.codes, []);
});

test("a token that is no good opens no socket", async (t) => {
  const alice = await player(server.base);
  const foreign = alice.tokens.access_token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  const unsigned = [{ alg: "none", typ: "JWT" }, { sub: String(alice.id) }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  for (const token of ["junk", foreign, `${unsigned}.`, alice.tokens.refresh_token]) {
    const socket = socketOf(t, token);
    let complaints = 0;
    socket.onError(() => (complaints += 1));
    await until(`${token} is refused`, () => complaints > 0 && socket.codes.includes(1006));
    assert.ok(!socket.isConnected());
    socket.disconnect();
  }
});

test("a cookie opens a socket for this site's pages only", async () => {
  const cookie = await adminCookie(server.base);
  const outcome = (headers) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${server.base.replace("http", "ws")}/socket/websocket?vsn=2.0.0`, { headers: { cookie, ...headers } });
      socket.on("open", () => resolve(socket.terminate() ?? "open"));
      socket.on("unexpected-response", (_, response) => resolve(response.destroy() && response.statusCode));
      socket.on("error", resolve);
    });
  assert.equal(await outcome({ origin: server.base }), "open");
  for (const origin of ["https://evil.example", "null", `${server.base}.evil.example`]) {
    assert.equal(await outcome({ origin }), 403, origin);
  }
  assert.equal(await outcome({}), 403, "no origin at all");
});

test("an oversize frame closes its own socket and harms nobody else", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const [hers, his] = [socketOf(t, alice), socketOf(t, bob)];
  const own = await join(hers, `user:${alice.id}`);
  const list = await join(his, "lobbies");
  // Never answered, and so given up soon: its timer would keep the run waiting.
  own.push("shout", { text: "a".repeat(70_000) }, 1000);
  await until("her socket is closed for it", () => hers.codes[0] === 1009);
  await until("and her client is back", () => own.replies.length === 2 && own.state === "joined");
  const lobby = await alice.openLobby({ title: "Still here" });
  await heardAll(list, 1);
  await heardAll(own, 1);
  assert.deepEqual(own.heard, [["lobby_changed", { lobby_id: lobby.id }]]);
  assert.deepEqual(his.codes, []);
  await alice.leave();
});

test("an ArrayBuffer is pushed as bytes, and answered like any other push", async (t) => {
  const list = await join(socketOf(t), "lobbies");
  const reply = await new Promise((resolve, reject) => {
    list.push("draw", new Uint8Array([0, 255]).buffer).receive("error", resolve).receive("timeout", reject);
  });
  assert.equal(reply.reason, "unknown_event");
});

test("after the server started again the client is back in its topics and hears what happens", async (t) => {
  const alice = await player(server.base);
  const lobby = await alice.openLobby({ title: "Dunes" });
  const socket = socketOf(t, alice);
  const channels = [];
  for (const topic of ["lobbies", `user:${alice.id}`, `lobby:${lobby.id}`]) channels.push(await join(socket, topic));
  await server.restart();
  for (const channel of channels) {
    await until(`${channel.topic} is joined again`, () => channel.replies.length === 2);
    const [before, after] = channel.replies.map((reply) => reply.epoch);
    if (channel.topic.startsWith("lobby:")) assert.equal(before, after, "a lobby's events are numbered for ever");
    else assert.notEqual(before, after, "numbers of before cannot be compared");
  }
  assert.equal(socket.codes[0], 1001, "the server said that it was going");
  const [list, own] = channels;
  await alice.leave();
  await heardAll(list, 1);
  await heardAll(own, 1);
  assert.deepEqual(list.heard, [["lobby_deleted", { id: lobby.id }]]);
  assert.deepEqual(own.heard, [["lobby_changed", { lobby_id: null }]]);
});

test("a client that was cut off gets what it missed, in order, or is told to read everything anew", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby({ title: "Dunes", max_users: 4 });
  const socket = socketOf(t, alice);
  const inside = await join(socket, `lobby:${lobby.id}`, { remembers: true });
  const list = await join(socket, "lobbies", { remembers: true });
  await bob.join(lobby);
  await heardAll(inside, 1);

  socket.conn.terminate();
  await bob.leave();
  await bob.join(lobby);
  // That she was away herself is told as well, if it was noticed.
  const heard = () => inside.heard.filter(([event]) => !["member_away", "member_back"].includes(event));
  await until("what was missed is heard", () => heard().length === 3);
  assert.deepEqual(heard(), [
    ["user_joined", { user_id: bob.id }],
    ["user_left", { user_id: bob.id }],
    ["user_joined", { user_id: bob.id }],
  ]);
  assert.equal(inside.replies.length, 2);
  assert.equal(inside.replies[1].resync, false);
  assert.equal(inside.replies[1].lobby, undefined, "what was missed follows, so the state is not said");
  await until("the list is joined again", () => list.replies.length === 2);
  assert.equal(list.replies[1].resync, true, "nobody listened to the list, so nobody knows what it missed");
  await alice.leave();
  await bob.leave();
});
