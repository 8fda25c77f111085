// Players find a game, sit down, are ready and leave: by plain forms, and live, beside an admin who looks on.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, startWithAdmin } from "./support/admin.mjs";
import { leave, live, loads, press, visit } from "./support/browser.mjs";
import { player } from "./support/game.mjs";
import { fits, look } from "./support/looks.mjs";
import { enter } from "./support/player.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => (server = await startWithAdmin()));
after(() => server.close());

const title = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const card = (page, lobby, state = "") => page.locator(`[data-lobby="${lobby.id}"]${state}`);
/** The seat of somebody of this name. */
const seat = (page, name, state = "") => page.locator(`.seat[data-user]${state}`).filter({ hasText: name });
const code = (page) => page.locator("[data-code]").innerText();

/** Opens a lobby by the form of the page. */
async function open(page, fields, ticks = []) {
  await page.goto("/lobbies");
  await page.getByRole("link", { name: "New", exact: true }).click();
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  for (const tick of ticks) await page.getByLabel(tick).check();
  await press(page, "Open the lobby");
}

/** Sits down by a code. */
async function enterCode(page, code) {
  await page.getByLabel("Join code", { exact: true }).fill(code);
  await press(page, "Join by code");
}

/** Waits until a lobby is shown; lets it in where it waits behind the pill. */
async function letIn(page, lobby) {
  const waits = page.locator("button[data-new]");
  await until("the lobby is shown or waits", async () => (await lobby.count()) + (await waits.count()) > 0);
  if ((await lobby.count()) === 0) await waits.click();
  await lobby.waitFor();
}

for (const [javaScript, width] of [
  [false, 360],
  [true, 1280],
]) {
  const how = `${javaScript ? "with" : "without"} JavaScript, ${width} px wide`;
  test(`two players meet by a code, are ready, switch and leave, ${how}`, async (t) => {
    t.after(() => leave(t));
    const suffix = javaScript ? "js" : "plain";
    const dunes = `<b>Dunes</b> ${suffix}`;
    const mira = await visit(t, server.base, { javaScript, width });
    const pike = await visit(t, server.base, { javaScript, width });
    await mira.goto("/lobbies?show=all");
    assert.equal(new URL(mira.url()).pathname, "/users/log-in", "signed out, one is sent to sign in");
    await enter(mira, `Mira ${suffix}`);
    await enter(pike, `Pike ${suffix}`);

    await open(mira, { Title: "t", Seats: "129" });
    // The browser holds no bound on the field: the server says so, beside it.
    await mira.getByText("Seats must be less than or equal to 128.").waitFor();
    assert.equal(await mira.getByLabel("Seats", { exact: true }).inputValue(), "129", "what was typed is there again");
    await open(mira, { Title: dunes, Seats: "2", Password: "sesame" }, ["Hidden: in no list"]);
    await mira.getByText("Your lobby is open. Its code lets others in.").waitFor();
    await title(mira, dunes);
    const spoken = await code(mira);
    assert.match(spoken, /^[0-9A-Z]{3}-[0-9A-Z]{3}$/);

    await pike.goto("/lobbies?show=all");
    assert.equal(await pike.getByText(dunes).count(), 0, "hidden lobbies stand in no list");
    await enterCode(pike, "000 000");
    await pike.getByText("No lobby has that code.").waitFor();
    await enterCode(pike, spoken.toLowerCase().replace("-", " "));
    await pike.getByRole("heading", { name: "asks for a password" }).waitFor();
    const password = pike.getByRole("region", { name: "asks for a password" }).getByLabel("Password");
    await password.fill("simsalabim");
    await press(pike, "Take a seat");
    await pike.getByText("That is not the password.").waitFor();
    await password.fill("sesame");
    await press(pike, "Take a seat");
    await title(pike, dunes);
    await seat(pike, "Pike").getByText("not ready").waitFor();
    await press(pike, "Ready");
    await seat(pike, "Pike", "[data-ready]").waitFor();
    await press(pike, "Not ready");
    await seat(pike, "Pike", ":not([data-ready])").waitFor();
    await press(pike, "Ready");
    await mira.goto("/lobbies");
    await seat(mira, "Pike", "[data-ready]").waitFor();
    assert.equal(await pike.getByRole("button", { name: "Kick Mira" }).count(), 0, "only the host can kick");

    const host = await player(server.base);
    const harbour = await host.openLobby({ title: `Harbour ${suffix}`, max_users: 2 });
    // A page that is old by now: on it one could still sit down.
    const old = await visit(t, server.base, { javaScript, width });
    await enter(old, `Olga ${suffix}`);
    await old.goto("/lobbies");
    await card(old, harbour).waitFor();
    await (await player(server.base)).join(harbour);
    if (!javaScript) {
      await press(old, `Join Harbour ${suffix}`);
      await old.getByText("That seat was just taken. Quick join finds you another.").waitFor();
    }
    const cove = await (await player(server.base)).openLobby({ title: `Cove ${suffix}`, max_users: 2 });
    const there = await player(server.base);
    await old.goto("/lobbies");
    await press(old, `Join Cove ${suffix}`);
    await title(old, `Cove ${suffix}`);
    await press(old, "Leave");
    await old.getByText("You left. Your seat is free.").waitFor();
    await there.leave().catch(() => {});
    await old.goto("/lobbies");
    await press(old, "Quick join");
    await press(old, "Leave");

    // Seated, and on to another: both seats or neither.
    await pike.goto("/lobbies?problem=already_in_lobby&lobby=" + cove.id);
    await pike.getByText(`You have a seat in ${dunes}. Leave it to sit there?`).waitFor();
    await press(pike, "Switch");
    await title(pike, `Cove ${suffix}`);
    await mira.goto("/lobbies");
    assert.equal(await seat(mira, "Pike").count(), 0);
    await press(pike, "Leave");
    await press(mira, "Leave");
    await title(mira, "Find a game");
  });
}

for (const width of [1440, 360]) {
  test(`two players and an admin see one lobby from its opening to a kick, ${width} px wide`, async (t) => {
    t.after(() => leave(t));
    const [her, his] = [`Mira ${width}`, `Pike & <i>co</i> ${width}`];
    const dunes = `Dunes <script>alert(1)</script> ${width}`;
    const admin = await visit(t, server.base);
    await signIn(admin, "/admin/lobbies");
    await live(admin);
    const [mira, pike] = [await visit(t, server.base, { width }), await visit(t, server.base, { width })];
    await enter(mira, her);
    await enter(pike, his);
    await pike.goto("/lobbies");
    await live(pike);
    await look(pike, "play-find-none");

    await open(mira, { Title: dunes, Seats: "4", "Seconds a seat is kept": "60" });
    await live(mira);
    await title(mira, dunes);
    const row = admin.locator("tr[data-lobby]").filter({ hasText: dunes });
    await letIn(admin, row);
    await row.and(admin.locator('[data-members="1"]')).waitFor();

    const before = loads(pike);
    await letIn(pike, pike.locator("[data-lobby]").filter({ hasText: dunes }));
    assert.equal(loads(pike), before, "the page was not loaded again");
    await look(pike, "play-find");
    await press(pike, `Join ${dunes}`);
    await title(pike, dunes);
    await live(pike);
    await row.and(admin.locator('[data-members="2"]')).waitFor();

    const stays = loads(mira);
    await seat(mira, his).waitFor();
    await seat(mira, his).evaluate((seat) => (seat.keepsake = true));
    await press(pike, "Ready");
    await seat(mira, his, "[data-ready]:not([data-held])").waitFor();
    await look(mira, "play-room");

    await pike.goto("about:blank");
    await seat(mira, his, "[data-held]").waitFor();
    await seat(mira, his).getByText("reconnecting").waitFor();
    await look(mira, "play-room-held");
    await row.and(admin.locator('[data-members="2"]')).waitFor();
    await pike.goto("/lobbies");
    await title(pike, dunes);
    await live(pike);
    await seat(mira, his, "[data-ready]:not([data-held])").waitFor();
    assert.ok(await seat(mira, his).evaluate((seat) => seat.keepsake), "the seat changed in place");
    assert.equal(loads(mira), stays, "the page was not loaded again");

    await mira.getByText("Manage this lobby").click();
    await mira.getByLabel("Locked: nobody may join").check();
    await look(mira, "play-manage");
    await press(mira, "Save");
    await mira.getByText("Saved. Everybody in the lobby sees it.").waitFor();
    await row.and(admin.locator('[data-state="locked"]')).waitFor();
    await pike.locator("main").getByText("Locked", { exact: true }).waitFor();
    const old = await code(mira);
    await mira.getByText("Manage this lobby").click();
    await press(mira, "Another code");
    await mira.getByText("This is the new code.").waitFor();
    assert.notEqual(await code(mira), old);
    await until("the new code is seen by the others", async () => (await code(pike)) === (await code(mira)));

    await press(pike, "Free seat 4, sit there");
    await seat(pike, his, "[data-seat='4'][data-ready]").waitFor();
    await seat(mira, his, "[data-seat='4'][data-ready]").waitFor();
    await live(pike);

    const loaded = loads(pike);
    await press(mira, `Kick ${his}`);
    await mira.getByText("Their seat is free again.").waitFor();
    await title(pike, "Find a game");
    await pike.getByText(`The host of ${dunes}, or an admin, freed your seat.`).waitFor();
    assert.equal(loads(pike), loaded, "the page was not loaded again");
    await look(pike, "play-find-kicked");
    await row.and(admin.locator('[data-members="1"]')).waitFor();
    await press(mira, "Leave");
    await row.and(admin.locator("[data-gone]")).waitFor();
  });
}

test("a card says what became of its lobby, and leaves once it is no more", async (t) => {
  t.after(() => leave(t));
  const [pike, host, guest] = [await visit(t, server.base), await player(server.base), await player(server.base)];
  await enter(pike, "Pike cards");
  await pike.goto("/lobbies");
  await live(pike);
  const first = await host.openLobby({ title: "Fjord", max_users: 2 });
  await letIn(pike, card(pike, first));
  const other = await (await player(server.base)).openLobby({ title: "Glen", max_users: 2 });
  const waits = pike.locator("button[data-new]");
  await waits.waitFor();
  await waits.press("Enter");
  await card(pike, other).waitFor();
  assert.equal(await pike.evaluate(() => document.activeElement.ariaLabel), "Lobbies", "the pill's focus goes to the list");

  await guest.join(first);
  await card(pike, first, '[data-members="2"]').getByText("Full", { exact: true }).waitFor();
  assert.equal(await card(pike, first, "[data-gone]").count(), 0, "a full lobby is not gone");
  await guest.leave();
  await card(pike, first).getByRole("button", { name: "Join Fjord" }).waitFor();
  await host.leave();
  await card(pike, first, "[data-gone]").getByText("No longer open").waitFor();
  await card(pike, first).waitFor({ state: "detached" });
  await card(pike, other).waitFor();
});

test("what is for those who sit goes with the seat, and what is for others with its lack", async (t) => {
  t.after(() => leave(t));
  const [mira, host] = [await visit(t, server.base, { width: 360 }), await player(server.base)];
  await enter(mira, "Mira states");
  const loch = await host.openLobby({ title: "Loch", max_users: 3 });
  await mira.goto("/lobbies");
  await press(mira, "Join Loch");
  await title(mira, "Loch");
  await mira.goto("/lobbies?done=saved");
  await live(mira);
  const note = mira.getByText("Saved. Everybody in the lobby sees it.");
  await note.waitFor();
  const before = loads(mira);
  await host.kick({ id: Number(await seat(mira, "Mira states").getAttribute("data-user")) });
  await title(mira, "Find a game");
  await note.waitFor({ state: "hidden" });
  await mira.getByRole("link", { name: "New", exact: true }).click();
  await mira.getByRole("button", { name: "Open the lobby" }).waitFor();
  assert.equal(loads(mira), before, "the page was not loaded again");

  // Somewhere else they sit down again: in the game, or on another page.
  const elsewhere = await mira.context().newPage();
  await elsewhere.goto("/lobbies");
  await press(elsewhere, "Join Loch");
  await elsewhere.close();
  await title(mira, "Loch");
  await mira.getByRole("button", { name: "Open the lobby" }).waitFor({ state: "hidden" });
  await mira.goto(`/lobbies?problem=already_in_lobby&act=join&lobby=${loch.id}`);
  await mira.getByText("This is where you sit.").waitFor();
  assert.equal(await mira.getByRole("button", { name: "Switch" }).count(), 0);
});

test("a host's form keeps what was typed and whom they chose", async (t) => {
  t.after(() => leave(t));
  const mira = await visit(t, server.base, { width: 360 });
  await enter(mira, "Mira hosts");
  await mira.goto("/lobbies");
  await mira.getByRole("link", { name: "New", exact: true }).click();
  await mira.getByLabel("Title", { exact: true }).fill("Moor");
  await mira.getByLabel("Who is host after you").selectOption("successor");
  await press(mira, "Open the lobby");
  await title(mira, "Moor");
  await live(mira);
  const [first, second] = [await player(server.base), await player(server.base)];
  const moor = { id: (await mira.evaluate(() => fetch("/api/v1/me").then((it) => it.json()))).lobby_id };
  await first.join(moor);
  await second.join(moor);
  await mira.getByText("3 of 8 seats taken").waitFor();
  await mira.getByText("Manage this lobby").click();
  const manage = mira.locator("#manage");
  const heir = manage.getByLabel("Next host");
  await heir.selectOption(String(second.id));
  await first.leave();
  await mira.getByText("2 of 8 seats taken").waitFor();
  assert.equal(await heir.inputValue(), String(second.id), "whoever was chosen stays so");
  await manage.getByLabel("Title", { exact: true }).fill("Marsh");
  await manage.getByLabel("Seats", { exact: true }).fill("129");
  await press(mira, "Save");
  await manage.getByText("Seats must be less than or equal to 128.").waitFor();
  await fits(mira, "play-manage-refused");
  const typed = [await manage.getByLabel("Title", { exact: true }).inputValue(), await heir.inputValue()];
  assert.deepEqual(typed, ["Marsh", String(second.id)]);
});
