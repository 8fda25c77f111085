// The golden frames, as the official Phoenix client for JavaScript reads and writes them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Presence, Serializer } from "phoenix";

const golden = (name) => JSON.parse(readFileSync(new URL(`../clients/golden/${name}.json`, import.meta.url), "utf8"));

const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex")).buffer;
const hex = (buffer) => Buffer.from(buffer).toString("hex");

/** What the official client makes of a frame. */
const decoded = (frame) => Serializer.decode(frame, (message) => message);

/** A channel without a socket: what is said to it is heard by whoever listens. */
function channel() {
  const listeners = {};
  return {
    on: (event, callback) => (listeners[event] = callback),
    joinRef: () => "1",
    hear: (frame) => {
      const { event, payload } = decoded(frame);
      listeners[event](payload);
    },
  };
}

test("presence_state and presence_diff give the official client who is there", () => {
  const lobby = channel();
  const presence = new Presence(lobby);
  const came = [];
  const went = [];
  presence.onJoin((id, before, now) => came.push([id, before?.metas.length ?? 0, now.metas.map((meta) => meta.name)]));
  presence.onLeave((id, left, gone) => went.push([id, left.metas.length, gone.metas.map((meta) => meta.name)]));
  const list = () => presence.list((id, { metas }) => [id, metas.map((meta) => meta.phx_ref)]);

  // Who came meanwhile is heard before the state, and counts after it.
  lobby.hear(golden("events/presence_diff").v2);
  assert.deepEqual(list(), []);
  lobby.hear(golden("events/presence_state").v2);
  assert.deepEqual(list(), [["3", ["b7"]], ["5", ["a3"]]]);
  assert.deepEqual(came, [["3", 0, ["Ada", "Ada"]], ["4", 0, ["Grüße"]], ["5", 0, ["Eve"]]]);
  assert.deepEqual(went, [["3", 1, ["Ada"]], ["4", 0, ["Grüße"]]]);

  // Joined again, it is told the state anew, and hears of the differences alone.
  came.length = went.length = 0;
  lobby.hear(golden("events/presence_state").v2);
  assert.deepEqual(list(), [["3", ["b7", "a1"]], ["4", ["a2"]]]);
  assert.deepEqual(came.map(([id]) => id), ["3", "4"]);
  assert.deepEqual(went.map(([id]) => id), ["5"]);
});

test("the official client pushes bytes as ours are, and reads ours as they are meant", () => {
  const { meaning, v2 } = golden("binary/client_push");
  Serializer.encode({ ...meaning, payload: bytes(meaning.payload) }, (frame) => assert.equal(hex(frame), v2));

  for (const name of ["push_to_one_membership", "broadcast", "broadcast_of_nothing"]) {
    const { meaning, v2 } = golden(`binary/${name}`);
    const { payload, ...names } = decoded(bytes(v2));
    assert.deepEqual({ ...names, payload: hex(payload) }, meaning, name);
  }

  const { meaning: { payload, status, ...names }, v2: answer } = golden("binary/client_push_answered");
  const reply = decoded(bytes(answer));
  assert.deepEqual({ ...reply, payload: null }, { ...names, payload: null });
  assert.deepEqual([reply.payload.status, hex(reply.payload.response)], [status, payload]);
});

test("texts are read as they are meant", () => {
  for (const name of ["join_accepted_with_state", "letters_of_the_world", "membership_broken", "events/user_joined"]) {
    const { meaning, v2 } = golden(name);
    assert.deepEqual(decoded(v2), meaning, name);
  }
});
