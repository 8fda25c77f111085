// The server under test: the built binary with a data folder of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { until } from "./until.mjs";

/** The binary under test. */
export function binary() {
  const path = process.env.GAMESERVER_BIN;
  if (!path) throw new Error("GAMESERVER_BIN names no server; `cargo xtask test` sets it");
  return path;
}

/** Starts a server on an empty data folder, with these settings. `close` it when done: that removes the folder. */
export async function startServer(settings = {}) {
  const data = await mkdtemp(join(tmpdir(), "gameserver-"));
  const server = new Server(data, settings);
  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/** A server that can be stopped and started again on the same data and port. */
export class Server {
  #data;
  #settings;
  #process;
  #port = 0;
  #said = [];
  #complaints = "";

  constructor(data, settings = {}) {
    this.#data = data;
    this.#settings = settings;
    // A test run that is interrupted leaves no server behind.
    process.once("exit", () => this.#process?.kill("SIGKILL"));
  }

  /** Starts the server; on the port it had, if it ran before. */
  async start() {
    await this.run(binary(), ["serve", "--port", String(this.#port), "--data", this.#data]);
  }

  /** Runs a program as the server, until it says where it serves. */
  async run(program, args, options = {}) {
    this.#said = [];
    this.#complaints = "";
    // Of the environment only the path: settings of whoever runs the tests must not reach the server.
    const env = { PATH: process.env.PATH, ...this.#settings };
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], ...options });
    this.#process = child;
    child.on("error", (error) => (this.#complaints += error));
    child.stderr.on("data", (text) => (this.#complaints += text));
    createInterface({ input: child.stdout }).on("line", (line) => this.#said.push(line));
    this.base = await this.#hear(/ serves on (\S+)$/);
    this.#port = Number(new URL(this.base).port);
    this.curl = await this.#hear(/^ *(curl .+)$/);
  }

  /** The one-time link that makes the first admin. */
  async adminLink() {
    return this.#hear(/^ *(http\S+\/users\/first-admin\?token=\S+)$/);
  }

  /** Asks the server to stop and waits until it did. Gives its exit code. */
  async stop(patience = 15_000) {
    const child = this.#process;
    if (!child || this.#isOver()) return child?.exitCode;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), patience);
    const [code, signal] = await once(child, "exit");
    clearTimeout(timer);
    if (signal === "SIGKILL") throw new Error(`the server was told to stop and did not in ${patience / 1000} s`);
    return code;
  }

  /** Ends the server without a word, as a machine that goes dark does. */
  async kill() {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  /** Another server on the same data, at another address. Only for while this one is stopped. */
  async elsewhere() {
    const other = new Server(this.#data);
    await other.start();
    return other;
  }

  /** Stops the server and removes its data. */
  async close() {
    try {
      await this.stop();
    } finally {
      await rm(this.#data, { recursive: true, force: true });
    }
  }

  /** Its data folder. */
  get data() {
    return this.#data;
  }

  /** What the server wrote to its standard error. */
  get complaints() {
    return this.#complaints;
  }

  #isOver() {
    const { exitCode, signalCode, pid } = this.#process;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  /** Waits until the server prints a line of this form, and gives the part in brackets. */
  async #hear(form) {
    const heard = () => this.#said.map((line) => form.exec(line)?.[1]).find(Boolean);
    const answer = await until(`the server prints ${form}`, () => heard() ?? (this.#isOver() && "over"), 60_000).catch(
      (error) => {
        throw new Error(`${error.message}\n${this.#complaints}`);
      },
    );
    if (answer === "over" && !heard()) throw new Error(`the server did not come up:\n${this.#complaints}`);
    return heard();
  }
}
