// The official Phoenix client for JavaScript, as games use it, which keeps what it hears.

import assert from "node:assert/strict";
import { Socket } from "phoenix";
import { WebSocket } from "ws";

import { until } from "./until.mjs";

/** Version 1 of the protocol, as clients write and read it that know no other. */
export const version1 = {
  vsn: "1.0.0",
  encode: (message, send) => send(JSON.stringify(message)),
  decode: (text, hear) => hear(JSON.parse(text)),
};

/** A socket of the official client; of nobody, when no player is given. It keeps the codes it was closed with. */
export function socketTo(base, t, who, version = {}) {
  const quickly = () => 100;
  const params = who ? { token: who.tokens?.access_token ?? who } : {};
  const socket = new Socket(`${base.replace("http", "ws")}/socket`, {
    transport: WebSocket,
    params,
    reconnectAfterMs: quickly,
    rejoinAfterMs: quickly,
    ...version,
  });
  socket.codes = [];
  socket.onClose((event) => socket.codes.push(event.code));
  socket.connect();
  t.after(() => socket.disconnect());
  return socket;
}

/**
 * Joins a topic. The channel keeps every event it hears, and counts how often one did not have the number after the last,
 * or after where the last reply said that the topic stands. One that `remembers` says at every join what it has seen.
 */
export async function join(socket, topic, { remembers = false } = {}) {
  const channel = socket.channel(topic, () => (remembers ? channel.seen : {}));
  channel.seen = {};
  channel.heard = [];
  channel.gaps = 0;
  channel.onMessage = (event, payload) => {
    if (/^(phx|chan)_|^presence_(state|diff)$/.test(event)) return payload;
    const { seq, ...rest } = payload;
    if (seq !== channel.seen.seq + 1) channel.gaps += 1;
    channel.seen.seq = seq;
    channel.heard.push([event, rest]);
    return payload;
  };
  channel.replies = [];
  const joined = (reply) => {
    channel.replies.push(reply);
    // What was missed follows, and is counted from where we were.
    if (reply.resync !== false) channel.seen = { epoch: reply.epoch, seq: reply.seq };
  };
  await new Promise((resolve, reject) => {
    channel
      .join()
      .receive("ok", (reply) => resolve(joined(reply)))
      .receive("error", (reply) => reject(Object.assign(new Error(`${topic}: ${reply.reason}`), { reply })))
      .receive("timeout", () => reject(new Error(`${topic}: no answer`)));
  });
  return channel;
}

/** Waits until a channel heard so many events, none of them out of its turn. */
export async function heardAll(channel, count) {
  await until(`${channel.topic} heard ${count} events`, () => channel.heard.length >= count);
  assert.equal(channel.gaps, 0, "each event has the number after the one before");
}
