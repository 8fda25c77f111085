// Several servers on one PostgreSQL and one Redis, behind one address.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { promisify } from "node:util";

import { startServer } from "./server.mjs";
import { until } from "./until.mjs";

const run = promisify(execFile);

/** Starts so many nodes. `close` them when done. */
export async function startNodes(count) {
  const { url, drop } = await database();
  const redis = await startRedis();
  const settings = {
    DATABASE_URL: url,
    REDIS_URL: redis.url,
    GAMESERVER_SECRETS_ACCESS: "bm9kZXMgb2YgYSB0ZXN0LCBub3QgYSBrZXk",
    GAMESERVER_SECRETS_REFRESH: "YW5vdGhlciBrZXkgb2Ygbm9kZXMgb2YgYSB0ZXN0",
  };
  const nodes = [];
  for (let n = 0; n < count; n += 1) nodes.push(await startServer(settings));
  const door = await openDoor(nodes);
  const close = async () => {
    door.close();
    for (const node of nodes) await node.close();
    redis.close();
    await drop();
  };
  return { nodes, redis, door, base: door.base, close };
}

/** A new database on the server that `cargo xtask test` starts. */
async function database() {
  const server = process.env.GAMESERVER_TEST_POSTGRES;
  if (!server) throw new Error("GAMESERVER_TEST_POSTGRES names no PostgreSQL server; `cargo xtask test` sets it");
  const name = `end2end_${process.pid}_${Date.now()}`;
  const psql = (sql) => run("psql", [server, "--quiet", "--command", sql]);
  await psql(`create database ${name}`);
  return { url: server.replace(/\/[^/]*$/, `/${name}`), drop: () => psql(`drop database ${name} with (force)`) };
}

async function startRedis() {
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  const close = () => child.kill("SIGKILL");
  process.once("exit", close);
  await until("Redis takes connections", () => answers(port));
  return { url: `redis://127.0.0.1:${port}`, close };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

function answers(port) {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
  }).finally(() => socket.destroy());
}

/** A plain TCP proxy: each connection goes to the next node that takes it. */
async function openDoor(nodes) {
  const ports = nodes.map((node) => Number(new URL(node.base).port));
  const open = new Set();
  let turn = 0;
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    const begin = turn++;
    const attempt = (n) => {
      if (n === ports.length) return client.destroy();
      const node = connect(ports[(begin + n) % ports.length], "127.0.0.1");
      const failed = () => attempt(n + 1);
      node.once("error", failed);
      node.once("connect", () => {
        node.off("error", failed).on("error", () => node.destroy());
        const pair = [client, node];
        open.add(pair);
        client.pipe(node).pipe(client);
        for (const [one, other] of [pair, [node, client]]) {
          one.on("close", () => {
            other.destroy();
            open.delete(pair);
          });
        }
      });
    };
    attempt(0);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    /** Cuts every connection that is open now, without a word. */
    cut: () => {
      const all = [...open];
      for (const pair of all) pair[0].resetAndDestroy();
      return all.length;
    },
    close: () => {
      server.close();
      for (const [client] of open) client.destroy();
    },
  };
}
