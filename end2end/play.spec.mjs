// Players find a game, sit down, are ready and leave: by plain forms, and live, beside an admin who looks on.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { makeAdmin, signIn } from "./support/admin.mjs";
import { leave, live, loads, visit } from "./support/browser.mjs";
import { player } from "./support/game.mjs";
import { enter, look } from "./support/player.mjs";
import { startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => {
  server = await startServer();
  await makeAdmin(server);
});
after(() => server.close());

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
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
    await open(mira, { Title: dunes, Seats: "2", Password: "sesame" }, ["Hidden: only by its code"]);
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
    await pike.getByText(`Your seat in ${dunes} was freed by whoever leads it.`).waitFor();
    assert.equal(loads(pike), loaded, "the page was not loaded again");
    await look(pike, "play-find-kicked");
    await row.and(admin.locator('[data-members="1"]')).waitFor();
    await press(mira, "Leave");
    await row.and(admin.locator("[data-gone]")).waitFor();
  });
}
