// Every letter there is, through a mail server of other people's making.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, visit } from "./support/browser.mjs";
import { call } from "./support/game.mjs";
import { Sink } from "./support/mail.mjs";
import { startServer } from "./support/server.mjs";

const ADA = "ada@players.example";
const MOVED = "ada.lovelace@players.example";
const PASSWORD = "a fine sentence";

let server;
let sink;
before(async () => {
  sink = await new Sink().open();
  // Ada asks for more letters than one address is sent in an hour.
  server = await startServer({ ...sink.settings, GAMESERVER_MAIL_PER_ADDRESS: "20 / 1 h" });
});
after(async () => {
  await server.close();
  await sink.close();
});

const post = (path, body, token) => call(server.base, "POST", path, body, token);
const remove = (path, token) => call(server.base, "DELETE", path, undefined, token);
const signIn = async (email, password) => (await post("/auth/login", { email, password })).session.access_token;

/** Waits for a letter with this subject. Gives the token of its link, if it has one. */
async function letter(to, subject) {
  const mail = await sink.next(to);
  assert.equal(mail.subject, subject);
  assert.match(mail.from, /play@games\.example/);
  assert.equal(mail.to, to);
  assert.deepEqual(mail.types, ["multipart/alternative", "text/plain", "text/html"]);
  return /\/users\/[\w-]+\/([\w.-]+)/.exec(mail.text)?.[1];
}

test("every letter is taken by a mail server, to whom it is for and with a link that works", async (t) => {
  t.after(() => leave(t));
  const device = { device_id: "a-device-of-the-mail-spec-0001" };
  const guest = await post("/api/v1/login/device", device);
  await post("/auth/upgrade", { name: "Ada", email: ADA, password: PASSWORD }, guest.access_token);
  await post("/auth/confirm", { token: await letter(ADA, "Confirm your address for GameServer") });
  await post("/auth/register", { name: "Eve", email: ADA, password: "another sentence" });
  await letter(ADA, "You have an account at GameServer already");

  await post("/auth/magic-link", { email: ADA });
  await post("/auth/magic-link/confirm", { token: await letter(ADA, "Your sign-in link for GameServer") });
  await post("/auth/magic-link", { email: "nobody@players.example" });
  await letter("nobody@players.example", "No account at GameServer has this address");

  await post("/auth/reset-password", { email: ADA });
  const reset = await letter(ADA, "Choose a new password for GameServer");
  await post("/auth/reset-password/confirm", { token: reset, password: "a finer sentence" });
  await letter(ADA, "Your password at GameServer was changed");

  const page = await visit(t, server.base, { javaScript: false });
  await page.goto("/users/log-in");
  await page.getByLabel("E-mail").fill(ADA);
  await page.getByLabel("Password").fill("a finer sentence");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Find a game" }).waitFor();
  await page.goto("/users/settings");
  await page.getByRole("button", { name: "Unlink the device" }).click();
  await page.getByText("The device is unlinked").waitFor();
  await letter(ADA, "A device was unlinked from your account at GameServer");

  const token = await signIn(ADA, "a finer sentence");
  await post("/auth/change-email", { email: MOVED }, token);
  await post("/auth/change-email/confirm", { token: await letter(MOVED, "Confirm your new address for GameServer") });
  await letter(ADA, "Your address at GameServer was changed");

  await remove("/api/v1/me/sessions?all=true", await signIn(MOVED, "a finer sentence"));
  await letter(MOVED, "You were signed out of GameServer everywhere");
  await remove("/api/v1/me", await signIn(MOVED, "a finer sentence"));
  await letter(MOVED, "Your account at GameServer was deleted");
  assert.equal(sink.left, 0, "and nobody got anything else");
});
