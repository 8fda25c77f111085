// Sockets and what is told on topics, as an admin sees them: live, and without a script.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, startWithAdmin } from "./support/admin.mjs";
import { live, loads, visit } from "./support/browser.mjs";
import { join, socketTo } from "./support/channels.mjs";
import { player, players } from "./support/game.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => (server = await startWithAdmin()));
after(() => server.close());

/** The row of a player's only socket. */
const row = (page, who) => page.locator("tr[data-connection]").filter({ hasText: `player-${who.id}` });
const told = (page, event) => page.locator(`[data-events] li[data-event="${event}"]`);

test("a socket is seen to come, to join, to be closed by an admin and to come back", async (t) => {
  const page = await visit(t, server.base);
  await signIn(page, "/admin/connections?state=users");
  await live(page);
  const before = loads(page);
  const alice = await player(server.base);
  const socket = socketTo(server.base, t, alice);
  await row(page, alice).waitFor();
  assert.equal(loads(page), before, "the page was not loaded again");
  await join(socket, "lobbies");
  await row(page, alice).getByRole("link", { name: "lobbies" }).waitFor();

  const id = await row(page, alice).getAttribute("data-connection");
  assert.equal(await row(page, alice).locator("[data-node]").innerText(), id.split(".")[0]);
  await row(page, alice).getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("Disconnected. The game may connect again; to keep it out, ban its player.").waitFor();
  await until("the socket was closed", () => socket.codes.includes(4003));
  await page.locator(`tr[data-connection]:not([data-connection="${id}"])`, { hasText: `player-${alice.id}` }).waitFor();
  await page.goto("/admin/audit?q=connection");
  await page.getByRole("cell", { name: "connection.close" }).or(page.getByText("connection.close")).first().waitFor();
});

for (const javaScript of [false, true]) {
  test(`connections are found by topic, player and state, ${javaScript ? "with" : "without"} JavaScript`, async (t) => {
    const [alice, bob] = await players(server.base, 2);
    await join(socketTo(server.base, t, alice), "lobbies");
    await join(socketTo(server.base, t, bob), `user:${bob.id}`);
    const page = await visit(t, server.base, { javaScript });
    await signIn(page, `/admin/connections?q=user:${bob.id}`);
    await row(page, bob).waitFor();
    assert.equal(await page.locator("tr[data-connection]").count(), 1);
    // What is typed while the page wakes up is taken back to what its address says.
    if (javaScript) await live(page);
    await page.getByRole("searchbox").fill(String(alice.id));
    await page.getByRole("searchbox").press("Enter");
    await row(page, alice).waitFor();
    await row(page, bob).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "With a queue" }).click();
    await page.getByText("No such connection").waitFor();
  });
}

test("what happens in a lobby is read from its log and followed, and can be held still", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby({ title: "<b>Dunes</b>", is_hidden: true });
  const page = await visit(t, server.base);
  await signIn(page, `/admin/events?topic=lobby:${lobby.id}`);
  await told(page, "lobby_created").waitFor();
  await live(page);
  await bob.join(lobby);
  await page.locator('[data-events] li[data-seq="2"]').waitFor();
  const hold = page.getByRole("button", { name: "Hold still" });
  await hold.click();
  await alice.updateLobby({ title: "<img src=x onerror=alert(1)>" });
  await page.getByText("1 new event waits").waitFor();
  assert.equal(await hold.getAttribute("aria-pressed"), "true");
  assert.equal(await told(page, "lobby_updated").count(), 0);
  await hold.click();
  await told(page, "lobby_updated").waitFor();
  assert.match(await told(page, "lobby_updated").innerText(), /<img src=x onerror=alert\(1\)>/, "text is text");

  // Of whoever looks on nobody hears.
  const hers = await join(socketTo(server.base, t, alice), `lobby:${lobby.id}`);
  await hers.push("message", { hello: true });
  await bob.leave();
  await told(page, "user_left").waitFor();
  const seqs = await page.locator("[data-events] li[data-seq]").evaluateAll((lines) => lines.map((line) => Number(line.dataset.seq)));
  assert.deepEqual(seqs, [4, 3, 2, 1], "each once, the newest first");
  await page.goto("/admin/audit?q=topic.observe");
  await page.getByText(`lobby ${lobby.id}`).first().waitFor();
});

test("the log of a lobby that is gone is still there, without JavaScript", async (t) => {
  const alice = await player(server.base);
  const lobby = await alice.openLobby({});
  await alice.leave();
  const page = await visit(t, server.base, { javaScript: false });
  await signIn(page, `/admin/events?topic=lobby:${lobby.id}`);
  await told(page, "user_left").waitFor();
  await page.goto("/admin/events?topic=nonsense");
  await page.getByText("There is no such topic").waitFor();
  await page.goto("/admin/events");
  await page.getByText("Choose a topic").waitFor();
});

test("topics without a log are followed as well", async (t) => {
  const page = await visit(t, server.base);
  await signIn(page, "/admin/events");
  await page.getByRole("link", { name: "lobbies", exact: true }).click();
  await page.getByText("Nothing was told yet").waitFor();
  await live(page);
  const alice = await player(server.base);
  // Until the topic is joined, nothing is heard: it is told until something is.
  await until("a lobby is heard of", async () => {
    await alice.openLobby({ title: "Heard" });
    await alice.leave();
    return (await told(page, "lobby_created").count()) > 0;
  });
  await page.getByRole("link", { name: "admin:connections" }).click();
  await live(page);
  await until("a socket is heard of", async () => {
    const socket = socketTo(server.base, t, alice);
    await join(socket, "lobbies");
    socket.disconnect();
    return (await told(page, "connection_opened").count()) > 0;
  });
});
