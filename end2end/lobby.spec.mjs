// One lobby's page: an admin sees who sits in it and what happens, changes it, and takes back what they did.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { adminCookie, ask, signIn, startWithAdmin, submit } from "./support/admin.mjs";
import { forgive, hydrated, live, loads, press, visit } from "./support/browser.mjs";
import { join, socketTo } from "./support/channels.mjs";
import { player, players } from "./support/game.mjs";
import { fits, picture } from "./support/looks.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => (server = await startWithAdmin()));
after(() => server.close());

const member = (page, player) => page.locator(`[data-member="${player.id}"]`);
const said = (page, words) => page.getByText(words).waitFor();
const kick = (page, player) => press(page, `Kick player-${player.id}`);
/** The newest line of an event in the log, and what it says in words. */
const line = (page, event) => page.locator(`[data-event="${event}"]`).first();
const sentence = (page, event, words) => line(page, event).locator("[data-sentence]", { hasText: words }).waitFor();
const closing = (page) => page.locator("main .tag").getByText("Closing", { exact: true });
/** The open sockets, as admins see them. */
async function sockets() {
  const cookie = await adminCookie(server.base);
  const answer = await ask(server.base, "/_fn/connections", { filter: {}, page: {} }, { cookie, origin: server.base });
  return (await answer.json()).data;
}
/** The form with a button of that name. */
const form = (page, button) => page.locator("form", { has: page.getByRole("button", { name: button, exact: true }) });

/** Opens the page of a lobby as the admin. */
async function look(t, lobby, size = {}) {
  const page = await visit(t, server.base, size);
  await signIn(page, `/admin/lobbies/${lobby.id}`);
  if (size.javaScript !== false) await live(page);
  return page;
}

test("who comes, goes and hosts is seen as it happens, with the log of it", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby({ title: "Dunes", max_users: 3, is_hidden: true });
  const page = await look(t, lobby);
  const before = loads(page);
  await member(page, alice).getByRole("img", { name: "host" }).waitFor();
  await said(page, "2 free seats");
  await member(page, alice).evaluate((seat) => (seat.keepsake = true));
  await bob.join(lobby);
  await member(page, bob).waitFor();
  await said(page, "1 free seat");
  await page.locator('[data-event="user_joined"]').waitFor();
  assert.ok(await member(page, alice).evaluate((seat) => seat.keepsake), "nobody else's seat was drawn anew");
  await alice.leave();
  await member(page, bob).getByRole("img", { name: "host" }).waitFor();
  await page.locator('[data-event="host_changed"]').waitFor();
  await bob.updateLobby({ title: "<b>Harbour</b>" });
  await page.getByRole("heading", { level: 1, name: "<b>Harbour</b>" }).waitFor();
  await page.locator("[data-other]").waitFor();
  await bob.leave();
  await page.locator("[data-gone]").waitFor();
  await page.locator('[data-event="lobby_deleted"]').waitFor();
  assert.equal(await page.getByRole("button", { name: "Close lobby" }).count(), 0);
  assert.equal(loads(page), before, "the page was not loaded again");
});

test("who is ready and whose seat is kept is seen as it changes, and so is the code", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby({ title: "Dunes", host_policy: "server", grace_seconds: 600 });
  await bob.join(lobby);
  const page = await look(t, lobby);
  assert.match(await page.locator("[data-code]").innerText(), /^[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  await said(page, "A seat is kept for 600 seconds");
  await member(page, bob).getByText("Not ready").waitFor();
  await bob.changeSeat({ is_ready: true });
  await member(page, bob).getByText("Ready", { exact: true }).waitFor();
  const socket = socketTo(server.base, t, bob);
  await join(socket, `lobby:${lobby.id}`);
  // It is known from then on that there is a socket to lose.
  await until("the seat is somebody's who is there", async () => (await sockets()).some((one) => one.user_id === bob.id));
  await new Promise((done) => setTimeout(done, 1_200));
  socket.disconnect();
  await member(page, bob).getByText("Seat kept").waitFor();
  await said(page, "1 ready · 1 kept for who dropped");
  await join(socketTo(server.base, t, bob), `lobby:${lobby.id}`);
  await member(page, bob).getByText("Ready", { exact: true }).waitFor();

  await alice.leave();
  const rules = form(page, "Save rules");
  await page.reload();
  await rules.getByLabel("Host").selectOption(`player-${bob.id}`);
  await press(page, "Save rules");
  await member(page, bob).getByRole("img", { name: "host" }).waitFor();
  await bob.leave();
});

test("what happens is told by name, and by who it is once that is known", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  await alice.rename("Mira");
  await bob.rename("Otto");
  const lobby = await alice.openLobby({ title: "Dunes", max_users: 3 });
  const page = await look(t, lobby);
  await page.getByText("host Mira").waitFor();
  await bob.join(lobby);
  await sentence(page, "user_joined", "Otto joined");
  await bob.updateMember({ is_ready: true, metadata: { team: "red" } });
  await sentence(page, "member_updated", "Otto is ready, on seat 2");
  await member(page, bob).locator("[data-metadata]", { hasText: "team red" }).waitFor();
  await alice.leave();
  await sentence(page, "user_left", "Mira left");
  await sentence(page, "host_changed", "Otto became host");
  await page.getByText("host Otto").waitFor();
  await bob.leave();
  await sentence(page, "lobby_deleted", "The lobby closed: its last player left");
});

for (const javaScript of [true, false]) {
  const how = javaScript ? "with" : "without";

  test(`the log has sentences, what was told word for word below, and nothing but text, ${how} JavaScript`, async (t) => {
    const [alice, bob] = await players(server.base, 2);
    const [name, title] = ["<img src=x onerror=alert(1)>".padEnd(50, "W"), "<b>".padEnd(80, "M")];
    await bob.rename(name);
    const lobby = await alice.openLobby({ title, metadata: { ["k".repeat(60)]: "v".repeat(2_000) } });
    await bob.join(lobby);
    await bob.updateMember({ metadata: { ["k".repeat(60)]: "v".repeat(1_500) } });
    await alice.kick(bob);
    const page = await look(t, lobby, { javaScript, width: 360 });
    await sentence(page, "lobby_created", `player-${alice.id} opened “${title}”, 8 seats`);
    await sentence(page, "user_joined", `${name} joined`);
    await sentence(page, "user_kicked", `${name} was put out`);
    assert.equal(await page.locator("[data-events] :is(b, img)").count(), 0, "text is text");
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok((await width()) <= 360, "nothing is wider than the page");
    for (const event of ["lobby_created", "member_updated", "user_kicked"]) {
      const raw = line(page, event).locator("code");
      assert.equal(await raw.isVisible(), false);
      await line(page, event).getByText(event, { exact: true }).click();
      await raw.waitFor();
      assert.equal(typeof JSON.parse(await raw.innerText()), "object");
    }
    assert.ok((await width()) <= 360, "what was told word for word is not, either");
    await alice.leave();
  });

  test(`a lobby is changed, and what cannot be is said, ${how} JavaScript`, async (t) => {
    const [alice, bob] = await players(server.base, 2);
    const lobby = await alice.openLobby({ title: "Dunes" });
    await bob.join(lobby);
    const page = await look(t, lobby, { javaScript });
    const rules = form(page, "Save rules");
    await rules.getByLabel("Title").fill("<script>alert(1)</script>");
    await rules.getByLabel("Seats").fill("1");
    await press(page, "Save rules");
    await page.getByRole("alert").getByText("More players sit in it than that.").waitFor();
    await rules.locator(".wrong", { hasText: "More players sit in it" }).waitFor();
    await rules.getByLabel("Seats").fill("129");
    await press(page, "Save rules");
    await said(page, "A lobby has 1 to 128 seats. Nothing was changed.");
    const seats = rules.getByLabel("Seats");
    assert.equal(await rules.getByLabel("Title").inputValue(), "<script>alert(1)</script>", "it is typed once");
    assert.deepEqual([await seats.inputValue(), await seats.getAttribute("aria-invalid")], ["129", "true"]);
    assert.ok(await seats.evaluate((field) => field === document.activeElement), "one goes on where it is wrong");
    await page.reload();
    assert.equal(await seats.inputValue(), "8", "it is told once");
    await rules.getByLabel("Title").fill("<script>alert(1)</script>");
    await seats.fill("2");
    await rules.getByLabel("Listed").selectOption("No, hidden");
    await rules.getByLabel("Host").selectOption(`player-${bob.id}`);
    await rules.getByLabel("Password for joining").fill("sesame");
    await press(page, "Save rules");
    await said(page, "Saved.");
    await page.getByRole("heading", { level: 1, name: "<script>alert(1)</script>" }).waitFor();
    await member(page, bob).getByRole("img", { name: "host" }).waitFor();
    const badges = page.locator(".tag");
    for (const badge of ["Full", "Password", "Hidden"]) await badges.getByText(badge, { exact: true }).waitFor();
    await rules.getByLabel("Ask for no password any more").check();
    await press(page, "Save rules");
    await badges.getByText("Password", { exact: true }).waitFor({ state: "detached" });

    const metadata = page.getByLabel("Metadata as JSON");
    if (javaScript) {
      await metadata.fill("{ oops");
      await page.locator("[data-said].wrong").waitFor();
      assert.ok(await page.getByRole("button", { name: "Save metadata" }).isDisabled(), "what cannot be read is not sent");
      await metadata.fill('{"mode":12345678901234567890}');
      await press(page, "Format");
      assert.equal(await metadata.inputValue(), '{\n  "mode": 12345678901234567890\n}');
      await said(page, "3 unsaved lines");
      await metadata.fill('{ "mode": "</textarea><b>ranked</b>" }');
      await said(page, "Valid JSON, 35 of 16,384 bytes");
    } else {
      await metadata.fill("[]");
      await press(page, "Save metadata");
      await said(page, "Metadata is a JSON object of 16 KiB and 8 levels at most. Nothing was changed.");
      assert.equal(await metadata.inputValue(), "[]", "what was typed is there still");
      assert.equal(await metadata.getAttribute("aria-invalid"), "true");
      await metadata.fill('{ "mode": "</textarea><b>ranked</b>" }');
    }
    await press(page, "Save metadata");
    await said(page, "Saved.");
    assert.deepEqual(JSON.parse(await metadata.inputValue()), { mode: "</textarea><b>ranked</b>" });
    await press(page, "Lock");
    await badges.getByText("Locked", { exact: true }).waitFor();
    await press(page, "Unlock");
    await badges.getByText("Full", { exact: true }).waitFor();
  });

  test(`a player is put out and given the seat back, ${how} JavaScript`, async (t) => {
    const [alice, bob] = await players(server.base, 2);
    const lobby = await alice.openLobby({ title: "Dunes", max_users: 2 });
    await bob.join(lobby);
    const page = await look(t, lobby, { javaScript });
    await kick(page, bob);
    await member(page, bob).waitFor({ state: "detached" });
    assert.equal((await bob.me()).lobby_id, null, "at once");
    const toast = page.getByRole("status").filter({ hasText: `player-${bob.id} was put out.` });
    await toast.getByRole("button", { name: "Undo" }).click();
    await said(page, "They have their seat again.");
    await member(page, bob).waitFor();
    assert.equal((await bob.me()).lobby_id, lobby.id);

    await kick(page, alice);
    await member(page, bob).getByRole("img", { name: "host" }).waitFor();
    const carol = await player(server.base);
    await carol.join(lobby);
    await press(page, "Undo");
    await said(page, "Their seat was taken meanwhile.");
    for (const one of [bob, carol]) await one.leave();
  });

  test(`a lobby that is closed can be kept open until it is too late, ${how} JavaScript`, async (t) => {
    const [alice, bob] = await players(server.base, 2);
    const lobby = await alice.openLobby({ title: "Dunes" });
    await bob.join(lobby);
    const page = await look(t, lobby, { javaScript });
    await press(page, "Close lobby");
    await page.getByRole("status").filter({ hasText: "This lobby closes at" }).waitFor();
    await closing(page).waitFor();
    await sentence(page, "lobby_updated", "unless it is kept open");
    await press(page, "Keep it open");
    await said(page, "The lobby stays open.");
    await closing(page).waitFor({ state: "detached" });
    assert.equal((await bob.me()).lobby_id, lobby.id);

    await press(page, "Close lobby");
    const before = loads(page);
    await page.getByRole("button", { name: "Keep it open" }).waitFor();
    if (!javaScript) {
      await until("it has closed", async () => (await bob.me()).lobby_id === null, 20_000);
      await page.reload();
    }
    await page.locator("[data-gone]").waitFor();
    await sentence(page, "lobby_deleted", "An admin closed the lobby");
    assert.equal(await closing(page).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Keep it open" }).count(), 0);
    if (javaScript) assert.equal(loads(page), before, "the page was not loaded again");
    assert.equal((await alice.me()).lobby_id, null);
  });
}

test("a press on a player's Kick is about that player, whoever comes and goes", async (t) => {
  const [alice, bob, carol] = await players(server.base, 3);
  const lobby = await alice.openLobby({ title: "Dunes", max_users: 4 });
  for (const one of [bob, carol]) await one.join(lobby);
  const page = await look(t, lobby);
  const seat = (number) => page.locator(`[data-seat="${number}"]`);
  const kickBob = seat(2).getByRole("button", { name: `Kick player-${bob.id}` });
  const box = await kickBob.boundingBox();
  await alice.leave();
  await seat(1).getByText("Free seat").waitFor();
  assert.deepEqual(await kickBob.boundingBox(), box, "nothing moved under the pointer");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole("status").filter({ hasText: `player-${bob.id} was put out.` }).waitFor();
  assert.equal((await carol.me()).lobby_id, lobby.id);
  await carol.leave();
});

test("who has just sat down is not put out by a press that was meant for another", async (t) => {
  const [alice, bob, carol] = await players(server.base, 3);
  const lobby = await alice.openLobby({ title: "Dunes", max_users: 2 });
  await bob.join(lobby);
  const page = await look(t, lobby);
  const box = await page.getByRole("button", { name: `Kick player-${bob.id}` }).boundingBox();
  await bob.leave();
  await carol.join(lobby);
  await member(page, carol).waitFor();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  assert.equal(new URL(page.url()).search, "");
  await kick(page, carol);
  await member(page, carol).waitFor({ state: "detached" });
  await alice.leave();
});

for (const javaScript of [true, false]) {
  const how = javaScript ? "with" : "without";

  test(`saving a field sets no other, and what two changed is shown to be settled, ${how} JavaScript`, async (t) => {
    const [alice, bob] = await players(server.base, 2);
    const lobby = await alice.openLobby({ title: "Dunes", metadata: { mode: "ranked" } });
    await bob.join(lobby);
    const page = await look(t, lobby, { javaScript });
    await alice.updateLobby({ is_locked: true });
    await alice.leave();
    const rules = form(page, "Save rules");
    await rules.getByLabel("Title").fill("Harbour");
    await press(page, "Save rules");
    await said(page, "Saved.");
    await page.locator(".tag").getByText("Locked", { exact: true }).waitFor();
    await member(page, bob).getByRole("img", { name: "host" }).waitFor();

    await bob.updateLobby({ title: "Cove", metadata: { mode: "casual" } });
    await rules.getByLabel("Title").fill("Dunes");
    await press(page, "Save rules");
    await said(page, "Somebody else changed the same meanwhile.");
    assert.equal(await rules.getByLabel("Title").inputValue(), "Dunes", "yours");
    await rules.locator("[data-theirs]", { hasText: "Cove" }).waitFor();
    await press(page, "Save rules");
    await said(page, "Saved.");
    await page.getByRole("heading", { level: 1, name: "Dunes" }).waitFor();

    const metadata = page.getByLabel("Metadata as JSON");
    await bob.updateLobby({ metadata: { mode: "zen" } });
    await metadata.fill('{ "mode": "duel" }');
    await press(page, "Save metadata");
    await page.locator("pre[data-theirs]", { hasText: "zen" }).waitFor();
    assert.equal(await metadata.inputValue(), '{ "mode": "duel" }');
    await press(page, "Save metadata");
    await said(page, "Saved.");
    assert.deepEqual(JSON.parse(await metadata.inputValue()), { mode: "duel" });
    await bob.leave();
  });

  test(`the last one is not put out before the lobby closes, ${how} JavaScript`, async (t) => {
    const alice = await player(server.base);
    const lobby = await alice.openLobby({ title: "Dunes" });
    const page = await look(t, lobby, { javaScript });
    await kick(page, alice);
    await said(page, "They are the last one in it: the lobby closes in a moment");
    assert.equal((await alice.me()).lobby_id, lobby.id);
    await press(page, "Keep it open");
    await said(page, "The lobby stays open.");
    await alice.leave();
  });

  test(`all of the log is read, page by page and kind by kind, ${how} JavaScript`, async (t) => {
    const [alice, bob] = await players(server.base, 2);
    const lobby = await alice.openLobby({ title: "Dunes" });
    for (let round = 0; round < 27; round += 1) {
      await bob.join(lobby);
      await bob.leave();
    }
    const page = await look(t, lobby, { javaScript });
    const numbers = () => page.locator("[data-seq]").evaluateAll((lines) => lines.map((line) => Number(line.dataset.seq)));
    const first = await numbers();
    assert.deepEqual([first.length, first[0], first[49]], [50, 55, 6]);
    await page.getByRole("link", { name: "Older" }).click();
    await page.waitForURL("**?before=6");
    await until("the oldest are there", async () => (await numbers()).join() === "5,4,3,2,1");
    assert.equal(await page.getByRole("link", { name: "Older" }).count(), 0);
    await page.getByRole("link", { name: "Newest" }).click();
    await until("the newest are there", async () => (await numbers())[0] === 55);
    await page.getByRole("link", { name: "Changes", exact: true }).click();
    await until("only what was changed", async () => (await numbers()).join() === "1");
    if (javaScript) {
      await bob.join(lobby);
      await alice.updateLobby({ title: "Harbour" });
      await until("what comes is of that kind", async () => (await numbers()).join() === "57,1");
    }
    await page.getByRole("link", { name: "Messages", exact: true }).click();
    await said(page, "Nothing of that is in the log.");
    const hold = page.getByRole("button", { name: "Hold still", includeHidden: true });
    // Where it would do nothing it is not there.
    await hold.waitFor({ state: javaScript ? "visible" : "hidden" });
    await alice.leave();
    if (javaScript) await bob.leave();
  });
}

test("what happened while the page loaded its module is in the log, in its order", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby({ title: "Dunes" });
  const page = await visit(t, server.base);
  await signIn(page, "/admin");
  let go;
  const held = new Promise((done) => (go = done));
  await page.route("**/*.wasm", async (route) => (await held, route.continue()));
  // The answer of the log comes after what is told live.
  await page.route("**/_fn/lobby-events", async (route) => {
    const answer = await route.fetch();
    await bob.changeSeat({ is_ready: true });
    await page.locator('[data-event="member_updated"]').waitFor();
    await route.fulfill({ response: answer });
  });
  await page.goto(`/admin/lobbies/${lobby.id}`);
  await bob.join(lobby);
  await alice.updateLobby({ title: "Harbour" });
  go();
  const numbers = () => page.locator("[data-seq]").evaluateAll((lines) => lines.map((line) => line.dataset.seq).join());
  await until("none is missing", async () => (await numbers()) === "4,3,2,1");
  assert.equal(await page.locator("[data-gap]").count(), 0);
  await alice.leave();
  await bob.leave();
});

test("the way back from a kick is over with its time, in reduced motion too", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby({ title: "Dunes" });
  await bob.join(lobby);
  const page = await look(t, lobby);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await kick(page, bob);
  const undo = page.getByRole("button", { name: "Undo" });
  await undo.waitFor();
  await undo.waitFor({ state: "hidden", timeout: 15_000 });
  const later = new URL(page.url());
  later.searchParams.set("at", String(Number(later.searchParams.get("at")) - 3_600));
  await page.goto(later.href);
  await page.locator(`[data-member="${alice.id}"]`).waitFor();
  assert.equal(await undo.count(), 0);
  await alice.leave();
});

test("what was done is offered back for eight seconds, and as long as somebody is about to take it", async (t) => {
  const [alice, bob] = await players(server.base, 2);
  const lobby = await alice.openLobby({ title: "Dunes" });
  await bob.join(lobby);
  const page = await look(t, lobby);
  await kick(page, bob);
  const undo = page.getByRole("button", { name: "Undo" });
  await undo.focus();
  const left = () => page.locator(".toast").evaluate((toast) => getComputedStyle(toast).animationPlayState);
  assert.equal(await left(), "paused");
  await page.getByRole("heading", { level: 1 }).click();
  assert.equal(await left(), "running");
  await undo.waitFor({ state: "hidden", timeout: 15_000 });
  await alice.leave();
});

test("a lobby of the server's own is opened from the list, and one that is gone still tells what happened", async (t) => {
  const page = await visit(t, server.base);
  await signIn(page, "/admin/lobbies");
  await hydrated(page);
  const fields = form(page, "Open lobby");
  for (const seats of ["129", "128"]) {
    await page.locator("summary", { hasText: "Open a lobby" }).click();
    await fields.getByLabel("Title").fill("Arena");
    await fields.getByLabel("Seats").fill(seats);
    await press(page, "Open lobby");
    if (seats === "129") await said(page, "A lobby has 1 to 128 seats.");
  }
  await said(page, "The lobby is open.");
  const id = Number(/\/admin\/lobbies\/(\d+)/.exec(page.url())[1]);
  await page.locator(".tag").getByText("Hostless", { exact: true }).waitFor();
  const alice = await player(server.base);
  await alice.join({ id });
  await alice.leave();
  await page.goto("/admin/lobbies");
  await page.locator(`tr[data-lobby="${id}"]`).getByRole("link", { name: "Arena" }).click();
  await page.waitForURL(`**/admin/lobbies/${id}`);
  await said(page, "128 free seats");
  await said(page, "Seats 13 to 128 are free");

  const bob = await player(server.base);
  const short = await bob.openLobby({ title: "Short" });
  await bob.leave();
  await page.goto(`/admin/lobbies/${short.id}`);
  await page.locator('[data-event="lobby_created"]').waitFor();
  await page.locator("[data-gone]").waitFor();
  forgive(page, /404/);
  assert.equal((await page.goto("/admin/lobbies/999999")).status(), 404);
  await said(page, "There is no such lobby.");
});

test("nobody but an admin does any of it", async (t) => {
  const alice = await player(server.base);
  const lobby = await alice.openLobby({ title: "Dunes" });
  t.after(() => alice.leave());
  const acts = ["edit", "kick", "reseat", "close", "keep-open"];
  const fields = { user_id: String(alice.id), title: "Mine" };
  const authorization = `Bearer ${alice.tokens.access_token}`;
  for (const act of acts) {
    const answer = await submit(server.base, `/admin/lobbies/${lobby.id}/${act}`, fields, {});
    assert.equal(answer.status, 401, act);
  }
  const cookie = await adminCookie(server.base);
  const foreign = { cookie, origin: "https://evil.example" };
  for (const act of acts) {
    assert.equal((await submit(server.base, `/admin/lobbies/${lobby.id}/${act}`, fields, foreign)).status, 403, act);
  }
  const page = await fetch(`${server.base}/admin/lobbies/${lobby.id}`, { headers: { authorization } });
  assert.equal(page.status, 403);
  assert.equal((await alice.me()).lobby_id, lobby.id);
});

test("it reads in both themes, wide and narrow", { skip: !process.env.SCREENSHOTS }, async (t) => {
  const [alice, bob, carol] = await players(server.base, 3);
  const metadata = { mode: "ranked", map: "dunes", mmr: [1380, 1520], rules: { friendly_fire: false, rounds: 13 } };
  const lobby = await alice.openLobby({ title: "Dunes – ranked 4v4", metadata });
  for (const [one, name] of [[alice, "mira_v"], [bob, "pike"]]) await one.rename(name);
  for (const one of [bob, carol]) await one.join(lobby);
  await bob.updateMember({ is_ready: true, metadata: { class: "medic", team: "red" } });
  await alice.updateLobby({ max_users: 6 });
  for (const width of [1440, 360]) {
    const page = await look(t, lobby, { width });
    for (const theme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: theme });
      await picture(page, `lobby-${theme}-${width}`);
      await line(page, "member_updated").locator("summary").click();
      await picture(page, `lobby-line-${theme}-${width}`);
      await line(page, "member_updated").locator("summary").click();
      await fits(page, "a lobby's page");
    }
    await page.goto("/admin/lobbies");
    await page.locator("summary", { hasText: "Open a lobby" }).click();
    await picture(page, `lobbies-open-${width}`);
    await page.goto(`/admin/lobbies/${lobby.id}`);
    await (width === 1440 ? press(page, "Kick pike") : kick(page, carol));
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await picture(page, `lobby-kicked-${width}`, { fullPage: false });
  }
});
