// The live table: what games do shows in an open page, and nothing moves under the reader.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { adminCookie, signIn, startWithAdmin, submit } from "./support/admin.mjs";
import { forgive, live, loads, visit } from "./support/browser.mjs";
import { player, players } from "./support/game.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => (server = await startWithAdmin()));
after(() => server.close());

const row = (page, lobby, state = "") => page.locator(`tr[data-lobby="${lobby.id}"]${state}`);
const pill = (page) => page.locator("button[data-new]");
const rows = (page) => page.locator("tr[data-lobby]");
const shown = (page) => rows(page).evaluateAll((rows) => rows.map((row) => Number(row.dataset.lobby)));

/** Opens the list as the admin, who sees changes as they happen. */
async function watch(t, path = "/admin/lobbies", size = {}) {
  const page = await visit(t, server.base, size);
  await signIn(page, path);
  await live(page);
  return page;
}

/** Opens lobbies, each with a host of its own; `close` has all hosts leave. */
async function openLobbies(inputs) {
  const hosts = await players(server.base, inputs.length);
  const lobbies = [];
  for (const [n, host] of hosts.entries()) lobbies.push(await host.openLobby(inputs[n]));
  const close = async () => {
    for (const host of hosts) await host.leave();
  };
  return { hosts, lobbies, close };
}

test("a lobby is seen to open, fill, empty and go, without a reload", async (t) => {
  const page = await watch(t);
  await page.getByText("No lobby yet").waitFor();
  const before = loads(page);
  const [alice, bob, carol] = await players(server.base, 3);

  const lobby = await alice.openLobby({ title: "Dunes", max_users: 3, metadata: { mode: "ranked" } });
  await row(page, lobby, '[data-members="1"][data-state="open"]').waitFor();
  const text = await row(page, lobby).innerText();
  for (const part of ["Dunes", `player-${alice.id}`, "1/3", "Open", "mode", "ranked"]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  await row(page, lobby).evaluate((row) => (row.keepsake = true));
  await bob.join(lobby);
  await row(page, lobby, '[data-members="2"][data-state="open"]').waitFor();
  await carol.join(lobby);
  await row(page, lobby, '[data-members="3"][data-state="full"]').waitFor();
  assert.match(await row(page, lobby).innerText(), /Full/);
  await alice.leave();
  await row(page, lobby, '[data-members="2"][data-state="open"]').waitFor();
  await row(page, lobby).getByText(`player-${bob.id}`).waitFor();
  assert.ok(await row(page, lobby).evaluate((row) => row.keepsake), "the row changed in place");
  await bob.leave();
  await carol.leave();
  await row(page, lobby, "[data-gone]").waitFor();
  assert.match(await row(page, lobby).innerText(), /closed/i);
  await row(page, lobby).waitFor({ state: "detached" });
  await page.getByText("No lobby yet").waitFor();
  assert.equal(loads(page), before, "the page was not loaded again");
});

test("what a host changes shows in the row, hidden lobbies included", async (t) => {
  const { hosts, lobbies, close } = await openLobbies([{ title: "Dunes", max_users: 3 }]);
  t.after(close);
  const [[host], [lobby]] = [hosts, lobbies];
  const page = await watch(t);
  await row(page, lobby).evaluate((row) => (row.keepsake = true));
  const guest = await player(server.base);
  await guest.join(lobby);
  await host.updateLobby({ title: "<b>Harbour</b>", max_users: 2, is_hidden: true, metadata: { map: "cove" } });
  await row(page, lobby, '[data-members="2"][data-state="full"]').waitFor();
  const text = await row(page, lobby).innerText();
  for (const part of ["<b>Harbour</b>", "2/2", "Hidden", "map", "cove"]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  await host.kick(guest);
  await row(page, lobby, '[data-members="1"][data-state="open"]').waitFor();
  await host.updateLobby({ is_locked: true });
  await row(page, lobby, '[data-state="locked"]').waitFor();
  assert.ok(await row(page, lobby).evaluate((row) => row.keepsake), "the row changed in place");
});

for (const width of [1440, 360]) {
  test(`a lobby that is about to close says so for as long as it is, on ${width} px`, async (t) => {
    const { hosts, lobbies, close } = await openLobbies([{ title: "Dunes", max_users: 3 }]);
    t.after(close);
    const [[host], [lobby]] = [hosts, lobbies];
    const guest = await player(server.base);
    await guest.join(lobby);
    t.after(() => guest.leave());
    const page = await watch(t, "/admin/lobbies", { width });
    await row(page, lobby).evaluate((row) => (row.keepsake = true));
    const closing = row(page, lobby).getByText(width === 360 ? "Open, closing" : "Closing", { exact: true });
    const headers = { cookie: await adminCookie(server.base), origin: server.base };
    const act = async (name) => {
      const answer = await submit(server.base, `/admin/lobbies/${lobby.id}/${name}`, {}, headers);
      assert.equal(answer.status, 303, name);
    };
    assert.equal(await closing.count(), 0);
    await act("close");
    await closing.waitFor();
    if (process.env.SCREENSHOTS) {
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/lobbies-closing-${colorScheme}-${width}.png` });
      }
    }
    await act("keep-open");
    await closing.waitFor({ state: "detached" });
    assert.ok(await row(page, lobby).evaluate((row) => row.keepsake), "the row changed in place");
    await act("close");
    await page.reload();
    await closing.waitFor();
    await act("keep-open");
    assert.equal((await host.me()).lobby_id, lobby.id);
  });
}

test("rows keep their place while they change, and a changed row glows", async (t) => {
  const { lobbies, close } = await openLobbies([{ title: "A" }, { title: "B" }, { title: "C" }]);
  t.after(close);
  const page = await watch(t);
  const order = await shown(page);
  assert.deepEqual(order, lobbies.map(({ id }) => id).reverse(), "newest first");
  const places = () => rows(page).evaluateAll((rows) => rows.map((row) => row.offsetTop));
  const before = await places();

  const guests = await players(server.base, 2);
  await guests[0].join(lobbies[0]);
  await row(page, lobbies[0], '.flash[data-members="2"]').waitFor();
  await guests[1].join(lobbies[1]);
  await row(page, lobbies[1], '[data-members="2"]').waitFor();
  await guests[0].leave();
  await row(page, lobbies[0], '[data-members="1"]').waitFor();
  assert.deepEqual(await shown(page), order);
  assert.deepEqual(await places(), before);
  await guests[1].leave();
});

test("a view has an address: filters, segments and the way back need no reload", async (t) => {
  const { hosts, lobbies, close } = await openLobbies([{ title: "North dunes" }, { title: "Harbour", max_users: 1 }]);
  t.after(close);
  const [dunes, harbour] = lobbies;
  const page = await watch(t);
  await row(page, dunes).waitFor();
  const before = loads(page);

  await page.getByRole("searchbox").fill("DUNE");
  await page.getByRole("searchbox").press("Enter");
  await page.waitForURL("**/admin/lobbies?title=DUNE");
  await row(page, harbour).waitFor({ state: "detached" });
  await row(page, dunes).waitFor();
  const states = page.getByRole("navigation", { name: "State" });
  await states.getByRole("link", { name: "Full" }).click();
  await page.waitForURL("**/admin/lobbies?title=DUNE&state=full");
  await page.getByText("Nothing fits").waitFor();
  await page.goBack();
  await page.waitForURL("**/admin/lobbies?title=DUNE");
  await row(page, dunes).waitFor();
  assert.equal(await page.getByRole("searchbox").inputValue(), "DUNE");
  await page.goBack();
  await row(page, harbour).waitFor();
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
  assert.equal(loads(page), before, "the page was not loaded again");

  // What comes to fit the filter joins the view; what does not, stays out of it.
  await states.getByRole("link", { name: "Full" }).click();
  await row(page, dunes).waitFor({ state: "detached" });
  await hosts[0].leave();
  const small = await hosts[0].openLobby({ title: "Hut", max_users: 1 });
  await row(page, small).waitFor();
  assert.deepEqual(await shown(page), [small.id, harbour.id]);
});

test("hidden lobbies and those with certain metadata are found, and `/` goes to the search", async (t) => {
  const { lobbies, close } = await openLobbies([
    { title: "Cave", is_hidden: true },
    { title: "Dunes", max_users: 4, metadata: { mode: "ranked" } },
  ]);
  t.after(close);
  for (const javaScript of [true, false]) {
    const page = await visit(t, server.base, { javaScript });
    await signIn(page, "/admin/lobbies");
    if (javaScript) await live(page);
    const also = page.getByRole("navigation", { name: "Also" });
    const only = (lobby) => until(`only ${lobby.id}`, async () => (await shown(page)).join() === String(lobby.id));
    await also.getByRole("link", { name: "Hidden" }).click();
    await page.waitForURL("**/admin/lobbies?is_hidden=true");
    await only(lobbies[0]);
    await also.getByRole("link", { name: "Hidden" }).click();
    await page.waitForURL("**/admin/lobbies");
    await page.locator("summary", { hasText: "Metadata or seats" }).click();
    await page.getByLabel("Metadata key").fill("mode");
    await page.getByLabel("Its value").fill("ranked");
    await page.getByLabel("Seats, at most").fill("4");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.waitForURL(/metadata_key=mode/);
    await only(lobbies[1]);
    if (javaScript) await live(page);
    await also.getByRole("link", { name: "4 seats or fewer" }).click();
    await also.getByRole("link", { name: "4 seats or fewer" }).waitFor({ state: "detached" });
    await only(lobbies[1]);
    if (!javaScript) continue;
    await page.locator("h1").click();
    await page.keyboard.press("/");
    const search = page.getByRole("searchbox");
    assert.ok(await search.evaluate((field) => field === document.activeElement));
    await page.keyboard.type("a/b");
    assert.equal(await search.inputValue(), "a/b", "in a field it is a letter");
  }
});

for (const width of [1440, 360]) {
  test(`a lobby that goes says why, on ${width} px`, async (t) => {
    const { hosts, lobbies } = await openLobbies([{ title: "Dunes" }]);
    const page = await watch(t, "/admin/lobbies", { width });
    await row(page, lobbies[0]).waitFor();
    await hosts[0].leave();
    const why = width === 360 ? "Closed: its last player left" : "its last player left";
    await row(page, lobbies[0], "[data-gone]").getByText(why, { exact: true }).waitFor();
  });
}

test("filters work without JavaScript", async (t) => {
  const { lobbies, close } = await openLobbies([{ title: "Dunes" }, { title: "Harbour" }]);
  t.after(close);
  const page = await visit(t, server.base, { javaScript: false });
  await signIn(page, "/admin/lobbies");
  assert.deepEqual(await shown(page), [lobbies[1].id, lobbies[0].id]);
  await page.getByRole("searchbox").fill("dune");
  await page.getByRole("searchbox").press("Enter");
  await page.waitForURL("**/admin/lobbies?title=dune");
  assert.deepEqual(await shown(page), [lobbies[0].id]);
});

test("while the pointer is on the table new rows wait behind the pill", async (t) => {
  const { lobbies, close } = await openLobbies([{ title: "First" }]);
  t.after(close);
  const page = await watch(t);
  await row(page, lobbies[0]).hover();
  const later = await openLobbies([{ title: "Second" }, { title: "Third" }]);
  t.after(later.close);
  await page.locator('button[data-new="2"]').waitFor();
  assert.deepEqual(await shown(page), [lobbies[0].id]);
  assert.match(await pill(page).innerText(), /2 new lobbies/);
  await pill(page).click();
  await row(page, later.lobbies[1]).waitFor();
  assert.deepEqual(await shown(page), [later.lobbies[1].id, later.lobbies[0].id, lobbies[0].id]);
  await pill(page).waitFor({ state: "detached" });
});

test("while the page is scrolled down new rows wait, and `n` lets them in and goes to the top", async (t) => {
  const titles = Array.from({ length: 12 }, (_, n) => ({ title: `Room ${n}` }));
  const { lobbies, close } = await openLobbies(titles);
  t.after(close);
  const page = await watch(t, "/admin/lobbies", { height: 400 });
  await page.evaluate(() => window.scrollTo(0, 150));
  const [alice, bob] = await players(server.base, 2);
  const second = await alice.openLobby({ title: "Late" });
  await page.locator('button[data-new="1"]').waitFor();
  // The first must still be waiting when the second comes.
  const third = await bob.openLobby({ title: "Later" });
  await page.locator('button[data-new="2"]').waitFor();
  assert.deepEqual(await shown(page), lobbies.map(({ id }) => id).reverse());
  await page.keyboard.press("n");
  await row(page, third).waitFor();
  assert.equal(await page.evaluate(() => window.scrollY), 0);
  assert.deepEqual((await shown(page)).slice(0, 2), [third.id, second.id]);
  await alice.leave();
  await bob.leave();
});

test("the keyboard goes from row to row and from page to page", async (t) => {
  const { lobbies, close } = await openLobbies([{ title: "A" }, { title: "B" }]);
  t.after(close);
  const page = await watch(t);
  await row(page, lobbies[0]).waitFor();
  const before = loads(page);
  const focused = () => page.evaluate(() => document.activeElement.closest("tr")?.dataset.lobby);
  const press = async (keys, expected) => {
    for (const key of keys) await page.keyboard.press(key);
    await until(`${keys} leads to row ${expected}`, async () => (await focused()) === String(expected));
  };
  await press("j", lobbies[1].id);
  await press("j", lobbies[0].id);
  await press("k", lobbies[1].id);
  for (const [keys, heading] of [["gu", "Users"], ["go", "Overview"], ["gl", "Lobbies"]]) {
    for (const key of keys) await page.keyboard.press(key);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  }
  // In a field a letter is a letter.
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").pressSequentially("gun");
  assert.equal(await page.getByRole("searchbox").inputValue(), "gun");
  assert.equal(new URL(page.url()).pathname, "/admin/lobbies");
  assert.equal(loads(page), before, "the page was not loaded again");
});

test("after the server was away the page says so, comes back by itself, and has caught up", async (t) => {
  const { hosts, lobbies, close } = await openLobbies([{ title: "Stays" }, { title: "Goes" }]);
  const [stays, goes] = lobbies;
  const page = await watch(t);
  forgive(page, /WebSocket connection to .* failed/);
  forgive(page, /net::ERR_/);
  await row(page, goes).waitFor();
  const before = loads(page);

  await server.stop();
  await page.getByText("The connection is lost since").waitFor();
  assert.deepEqual(await shown(page), [goes.id, stays.id], "what was there can still be read");
  // Things go on where this page cannot hear of them.
  const other = await server.elsewhere();
  t.after(() => other.stop());
  const guest = await player(other.base);
  await guest.join(stays);
  await hosts[1].at(other.base).leave();
  const opened = await hosts[1].at(other.base).openLobby({ title: "New" });
  await other.stop();
  await server.start();

  await page.getByText("Back. Everything shown is up to date.").waitFor();
  await row(page, stays, '[data-members="2"]').waitFor();
  await row(page, goes).waitFor({ state: "detached" });
  await row(page, opened).waitFor();
  assert.equal(loads(page), before, "the page was not loaded again");
  // And is live again.
  await guest.at(server.base).leave();
  await row(page, stays, '[data-members="1"]').waitFor();
  await close();
});
