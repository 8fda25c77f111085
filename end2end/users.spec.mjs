// Accounts and figures, followed live.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";

import { adminCookie, signIn, startWithAdmin, submit } from "./support/admin.mjs";
import { hydrated, live, loads, press, visit } from "./support/browser.mjs";
import { player, players } from "./support/game.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => (server = await startWithAdmin()));
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

test("an account opens in a drawer over its list, and Escape leads back to its row", async (t) => {
  const alice = await player(server.base);
  const page = await visit(t, server.base);
  await signIn(page, "/admin/users");
  await hydrated(page);
  const before = loads(page);
  const name = page.locator(`tr[data-user="${alice.id}"] a`).first();
  await name.click();
  await page.waitForURL(`**/admin/users?user=${alice.id}`);
  const drawer = page.locator("dialog[data-drawer]");
  await drawer.getByRole("heading", { name: `player-${alice.id}` }).waitFor();
  assert.ok(await drawer.evaluate((dialog) => dialog.matches(":modal")), "nothing beside it can be reached");
  assert.ok(await drawer.evaluate((dialog) => dialog.contains(document.activeElement)), "the focus is in it");
  await page.keyboard.press("Escape");
  await page.waitForURL("**/admin/users");
  await drawer.waitFor({ state: "detached" });
  assert.ok(await name.evaluate((link) => link === document.activeElement), "the focus is where it was");
  assert.equal(loads(page), before, "the page was not loaded again");
});

for (const javaScript of [true, false]) {
  const how = javaScript ? "with" : "without";
  test(`an account is edited, banned, let in, made an admin and deleted, ${how} JavaScript`, async (t) => {
    const eve = await player(server.base);
    const page = await visit(t, server.base, { javaScript });
    await signIn(page, `/admin/users?user=${eve.id}`);
    if (javaScript) await hydrated(page);
    const drawer = page.locator("dialog[data-drawer]");
    const said = (words) => drawer.getByText(words).waitFor();
    const unfold = (name) => drawer.locator("summary", { hasText: name }).click();

    await unfold("Edit");
    await drawer.getByLabel("Name", { exact: true }).fill("Eve");
    await drawer.getByLabel("Games won").fill("-3");
    await press(drawer, "Save");
    await said("Games are counted in whole numbers from 0 on. Nothing was changed.");
    assert.equal(await drawer.getByLabel("Name", { exact: true }).inputValue(), "Eve", "it is typed once");
    assert.equal(await drawer.getByLabel("Games won").getAttribute("aria-invalid"), "true");
    await drawer.getByLabel("Games won").fill("3");
    await drawer.getByLabel("Metadata").fill('{ "level": "</textarea><b>7</b> &lt;" }');
    await press(drawer, "Save");
    await said("Saved.");
    await drawer.getByRole("heading", { name: "Eve" }).waitFor();
    await said("0 played, 3 won");
    await unfold("Edit");
    const kept = JSON.parse(await drawer.getByLabel("Metadata").inputValue());
    assert.deepEqual(kept, { level: "</textarea><b>7</b> &lt;" });

    await unfold("Ban");
    await drawer.getByLabel("Reason").fill("Spam");
    await press(drawer, "Ban and sign out everywhere");
    await said("Told: “Spam”");
    await said("Signed in nowhere.");
    await assert.rejects(eve.me(), /401/);
    await assert.rejects(player(server.base, eve.deviceId), /403 .*banned.*“Spam”/);
    await press(drawer, "Lift the ban");
    await said("The ban is lifted.");
    const again = await player(server.base, eve.deviceId);
    assert.equal(again.id, eve.id);

    await press(drawer, "Make admin");
    await said("The role has changed.");
    assert.equal((await again.me()).is_admin, true);
    await press(drawer, "Take the admin role");
    await said("The role has changed.");
    assert.equal((await again.me()).is_admin, false);
    await drawer.getByRole("button", { name: /^End session/ }).click();
    await said("The session has ended.");
    await assert.rejects(again.me(), /401/);

    await unfold("Delete");
    await drawer.getByLabel("Type the number of the account").fill("1");
    await press(drawer, `Delete account ${eve.id}`);
    await said("Type the number of the account to delete it.");
    await unfold("Delete");
    await drawer.getByLabel("Type the number of the account").fill(String(eve.id));
    await press(drawer, `Delete account ${eve.id}`);
    await page.getByText("The account is gone, with everything about it.").waitFor();
    assert.equal(await drawer.count(), 0);
    await page.goto(`/admin/audit?q=${eve.id}`);
    const acts = await page.locator("tr[data-audit] th").allInnerTexts();
    for (const act of ["edit", "ban", "unban", "make_admin", "unmake_admin", "remove"]) {
      assert.ok(acts.includes(`user.${act}`), `${act} is in the log: ${acts}`);
    }
  });
}

test("what players call themselves is shown as it is, and never run", async (t) => {
  const canary = `<img src=x onerror=alert(1)><script>alert(2)</script>`;
  const mallory = await player(server.base);
  await mallory.openLobby({ title: canary, metadata: { [canary]: canary } });
  const cookie = await adminCookie(server.base);
  const act = (name, fields) =>
    submit(server.base, `/admin/users/${mallory.id}/${name}`, fields, { cookie, origin: server.base });
  const metadata = JSON.stringify({ [canary]: canary });
  assert.match((await act("edit", { display_name: canary, metadata })).headers.get("location"), /done=saved/);

  const page = await visit(t, server.base);
  page.on("dialog", () => assert.fail("a script ran"));
  await signIn(page, "/admin/users");
  const seen = async (path) => {
    await page.goto(path);
    await hydrated(page);
    assert.ok((await page.locator("main, dialog").allInnerTexts()).join().includes("<img src=x"), `${path} shows it`);
    assert.equal(await page.locator("img[src=x]").count(), 0, `${path} has no such picture`);
  };
  await seen("/admin/lobbies");
  await seen("/admin/users");
  await seen("/admin/sessions");
  await seen(`/admin/users?user=${mallory.id}`);
  assert.match((await act("ban", { reason: canary })).headers.get("location"), /done=banned/);
  await seen(`/admin/users?user=${mallory.id}`);
  await seen("/admin/audit");
  const refused = await page.goto(`/admin/users?user=${encodeURIComponent(canary)}&problem=${encodeURIComponent(canary)}`);
  assert.equal(refused.status(), 200);
  assert.equal(await page.locator("img[src=x]").count(), 0);
});

test("jobs are seen, and told apart by their state", async (t) => {
  const page = await visit(t, server.base);
  await signIn(page, "/admin/jobs");
  await hydrated(page);
  // What recurs has been done at the start.
  await page.locator("tr[data-job]").first().waitFor();
  assert.match(await page.locator("main").innerText(), /sessions\.sweep/);
  await page.getByRole("navigation", { name: "State" }).getByRole("link", { name: "Dead" }).click();
  await page.waitForURL("**/admin/jobs?state=dead");
  await page.getByRole("heading", { name: "No job fits" }).waitFor();
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
