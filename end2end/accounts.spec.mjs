// A player's account, from a guest's first visit to a forgotten password, by mail. With JavaScript and without, at 360 px
// and at 1440. The pages that only somebody signed in sees, or only with a good link, are looked at on the way.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { forgive, leave, press, visit } from "./support/browser.mjs";
import { look } from "./support/looks.mjs";
import { Sink } from "./support/mail.mjs";
import { startServer } from "./support/server.mjs";

let server;
let sink;
before(async () => {
  sink = await new Sink().open();
  server = await startServer(sink.settings);
});
after(async () => {
  await server.close();
  await sink.close();
});

for (const [javaScript, width] of [
  [true, 1440],
  [true, 360],
  [false, 360],
]) {
  const how = `${javaScript ? "with" : "without"} JavaScript, ${width} px wide`;
  test(`a guest becomes a player, confirms, comes back and sets a new password, ${how}`, async (t) => {
    t.after(() => leave(t));
    const page = await visit(t, server.base, { javaScript, width });
    // Without JavaScript axe cannot run either: the same pages are looked at with it.
    const seen = javaScript ? (name) => look(page, name) : async () => {};
    const email = `mira-${javaScript}-${width}@players.example`;
    const heading = (name) => page.getByRole("heading", { level: 1, name }).waitFor();

    await page.goto("/users/log-in");
    await press(page, "Play as a guest");
    await heading("Find a game");
    await page.goto("/users/settings");
    await seen("settings-guest");
    await page.getByRole("link", { name: "Keep this account" }).click();
    await heading("Keep this account");
    await seen("register-guest");

    await page.getByLabel("Name").fill("Mira");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("short");
    await press(page, "Keep it");
    await page.getByText("Password should be at least").waitFor();
    assert.equal(await page.getByLabel("Name").inputValue(), "Mira", "what was typed stays");
    assert.equal(await page.getByLabel("E-mail").inputValue(), email, "the address, too");
    assert.ok(!decodeURIComponent(page.url()).includes(email), "but not in the URL");
    await page.getByLabel("Password").fill("a fine sentence");
    await press(page, "Keep it");
    await heading("Look into your mail.");
    await seen("confirm-pending");

    const confirm = await sink.link(email);
    await page.goto(confirm);
    await heading("Confirm your address");
    await seen("confirm-link");
    await press(page, "Confirm");
    await heading("Your address is confirmed.");
    await seen("confirm-confirmed");
    assert.equal((await fetch(server.base + confirm)).status, 410);

    await page.goto("/users/settings");
    await heading("Settings");
    await page.getByText(email).waitFor();
    await seen("settings");
    await page.getByLabel("Name", { exact: true }).fill("Mira the second");
    await press(page, "Save");
    await page.getByText("Saved. Other players see it already.").waitFor();
    await press(page, "Sign out");
    await heading("Sign in");

    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("a fine sentence");
    await press(page, "Sign in");
    await heading("Find a game");
    await page.goto("/users/settings");
    await press(page, "Sign out");
    await heading("Sign in");

    await page.getByLabel("E-mail").fill(email);
    await press(page, "Mail me a sign-in link");
    await page.getByText("If that address has an account, a link is on its way.").waitFor();
    await page.goto(await sink.link(email));
    await seen("log-in-link");
    await press(page, "Sign in");
    await heading("Find a game");
    await page.goto("/");
    await page.getByText("Mira the second").waitFor();
    await page.goto("/users/settings");
    await press(page, "Sign out");

    await page.getByRole("link", { name: "Forgot it?" }).click();
    await page.getByLabel("E-mail").fill(email);
    await press(page, "Mail me the link");
    await page.getByText("It works for 30 minutes.").waitFor();
    await page.goto(await sink.link(email));
    await heading("Set a new password");
    await seen("reset-password-link");
    await page.getByLabel("New password").fill("another sentence");
    await press(page, "Set it");
    await page.getByText("Your new password is set.").waitFor();
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("another sentence");
    await press(page, "Sign in");
    await heading("Find a game");
  });
}

test("a form that was loaded in another session says that it has to be loaded again", async (t) => {
  t.after(() => leave(t));
  const page = await visit(t, server.base);
  forgive(page, /status of 403/);
  await page.goto("/users/register");
  const other = await page.context().newPage();
  await other.goto("/users/log-in");
  await other.getByRole("button", { name: "Play as a guest" }).click();
  await other.getByRole("heading", { level: 1, name: "Find a game" }).waitFor();
  await page.getByLabel("Name").fill("Mira");
  await page.getByLabel("E-mail").fill("mira@players.example");
  await page.getByLabel("Password").fill("a fine sentence");
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Make my account" }).click();
  assert.equal((await answered).status(), 403);
  await page.getByRole("heading", { level: 1, name: "Load this form again." }).waitFor();
  await look(page, "stale-form");
  await page.getByRole("link", { name: "Load again" }).click();
  await page.getByRole("heading", { level: 1, name: "Keep this account" }).waitFor();
});
