// The admin of a server under test, and their ways in.

import assert from "node:assert/strict";

import { startServer } from "./server.mjs";

/** What the admin signs in with. */
export const ADMIN = { email: "ada@games.example", password: "correct horse battery" };

/** Starts a server and makes its first admin. `close` it when done. */
export async function startWithAdmin() {
  const server = await startServer();
  await makeAdmin(server);
  return server;
}

/** Makes the first admin by the server's one-time link. */
export async function makeAdmin(server) {
  const token = new URL(await server.adminLink()).searchParams.get("token");
  const made = await submit(server.base, "/users/first-admin", { token, ...ADMIN });
  assert.equal(made.headers.get("location"), "/admin", "the first admin was not made");
}

/** Signs the admin in without a browser: the cookie to send. */
export async function adminCookie(base) {
  const answer = await submit(base, "/users/log-in", ADMIN);
  assert.equal(answer.status, 303, "the admin was not signed in");
  return answer.headers.getSetCookie()[0].split(";")[0];
}

/** Signs the admin in through the form, and waits for the page they are taken to. */
export async function signIn(page, next = "/admin") {
  await page.goto(`/users/log-in?next=${encodeURIComponent(next)}`);
  await fillIn(page, ADMIN);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`**${next}`);
}

/** Fills in the form of the page. */
export async function fillIn(page, { email, password }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
}

/** Calls a server function as a page does. */
export function ask(base, path, input, headers = {}) {
  const json = { "content-type": "application/json", accept: "application/json" };
  return fetch(`${base}${path}`, { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(input) });
}

/** Loads a page with a form and submits one of its forms, without a browser and without following where it leads. */
export async function submit(base, path, fields, headers = {}) {
  const known = headers.cookie ? { cookie: headers.cookie } : {};
  const page = await fetch(`${base}/users/log-in`, { headers: known });
  const form_token = /name="form_token" value="([^"]+)"/.exec(await page.text())[1];
  const cookie = [headers.cookie, page.headers.getSetCookie()[0].split(";")[0]].filter(Boolean).join("; ");
  // Where somebody comes with a cookie, it is the test that says from which page.
  const from = headers.cookie ? {} : { origin: base };
  const body = new URLSearchParams({ ...fields, form_token });
  return fetch(`${base}${path}`, { method: "POST", body, headers: { ...from, ...headers, cookie }, redirect: "manual" });
}
