// Accounts and figures, followed live.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";

import { makeAdmin, signIn } from "./support/admin.mjs";
import { hydrated, live, loads, visit } from "./support/browser.mjs";
import { player, players } from "./support/game.mjs";
import { startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => {
  server = await startServer();
  await makeAdmin(server);
});
after(() => server.close());

test("a new player appears in an open list of accounts, and so does the lobby they sit in", async (t) => {
  const page = await visit(t, server.base);
  await signIn(page, "/admin/users");
  await live(page);
  const before = loads(page);
  const alice = await player(server.base);
  const row = page.locator(`tr[data-user="${alice.id}"]`);
  await row.waitFor();
  assert.match(await row.innerText(), new RegExp(`player-${alice.id}[^]*Device[^]*Guest`));
  await alice.openLobby({ title: "Dunes" });
  await row.getByRole("link", { name: "Dunes" }).waitFor();
  await alice.leave();
  await row.getByRole("link", { name: "Dunes" }).waitFor({ state: "detached" });
  assert.equal(loads(page), before, "the page was not loaded again");
});

test("accounts are found by name, by id and by role, and a view has an address", async (t) => {
  const bob = await player(server.base);
  const page = await visit(t, server.base);
  await signIn(page, "/admin/users");
  await hydrated(page);
  const before = loads(page);
  const rows = page.locator("tr[data-user]");
  await page.getByRole("searchbox").fill(String(bob.id));
  await page.getByRole("searchbox").press("Enter");
  await page.waitForURL(`**/admin/users?q=${bob.id}`);
  await until("only that account is shown", async () => (await rows.count()) === 1);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").press("Enter");
  await page.getByRole("navigation", { name: "Role" }).getByRole("link", { name: "Admins" }).click();
  await page.waitForURL("**/admin/users?role=admin");
  await until("only the admin is shown", async () => (await rows.count()) === 1);
  assert.match(await rows.first().innerText(), /ada@games\.example/);
  assert.equal(loads(page), before, "the page was not loaded again");
});

test("the list goes on from page to page, and new accounts wait on the first", async (t) => {
  await players(server.base, 30);
  const page = await visit(t, server.base);
  await signIn(page, "/admin/users");
  await live(page);
  const before = loads(page);
  const rows = page.locator("tr[data-user]");
  const ids = () => rows.evaluateAll((rows) => rows.map((row) => Number(row.dataset.user)));
  const first = await ids();
  assert.equal(first.length, 25);
  await page.getByRole("link", { name: "Next" }).click();
  await page.waitForURL("**/admin/users?page=2");
  await until("older accounts are shown", async () => (await ids())[0] === first.at(-1) - 1);
  const carol = await player(server.base);
  await page.locator('button[data-new="1"]').click();
  await page.waitForURL("**/admin/users");
  await until("the newest account is on top", async () => (await ids())[0] === carol.id);
  assert.equal(loads(page), before, "the page was not loaded again");
});

test("the figures of the overview follow what happens", async (t) => {
  const alice = await player(server.base);
  const page = await visit(t, server.base);
  await signIn(page, "/admin");
  await live(page);
  const before = loads(page);
  const read = async (tile) => Number(await page.locator(`[data-tile="${tile}"] [data-figure]`).innerText());
  const reaches = (tile, figure) => until(`${tile} is ${figure}`, async () => (await read(tile)) === figure);
  // This page's own socket is counted first.
  await reaches("sockets", 1);
  const [users, online] = [await read("users"), await read("online")];

  await player(server.base);
  await reaches("users", users + 1);
  const query = new URLSearchParams({ token: alice.tokens.access_token, vsn: "2.0.0" });
  const socket = new WebSocket(`${server.base.replace("http", "ws")}/socket/websocket?${query}`);
  t.after(() => socket.terminate());
  await reaches("sockets", 2);
  await reaches("online", online + 1);
  await alice.openLobby({ title: "Terrace", max_users: 2 });
  await reaches("lobbies", 1);
  await page.getByRole("link", { name: "Terrace" }).waitFor();
  await alice.leave();
  await reaches("lobbies", 0);
  socket.close();
  await reaches("sockets", 1);
  assert.equal(loads(page), before, "the page was not loaded again");
});
