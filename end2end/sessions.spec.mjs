// Signing in and out in a browser, and who may come in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ADMIN, adminCookie, ask, fillIn, signIn, startWithAdmin, submit } from "./support/admin.mjs";
import { forgive, hydrated, live, visit } from "./support/browser.mjs";
import { player } from "./support/game.mjs";

/** Every server function: what the page sends, and whether only admins are answered, or only who is signed in. */
const FUNCTIONS = [
  ["/_fn/circle", { pages: {} }, "signed in"],
  ["/_fn/play", { filter: {}, page: {} }, "signed in"],
  ["/_fn/history", { minutes: 60 }, true],
  ["/_fn/lobbies", { filter: {}, page: {} }, true],
  ["/_fn/users", { filter: {}, page: {} }, true],
  ["/_fn/user", { id: 1 }, true],
  ["/_fn/sessions", { filter: {}, page: {} }, true],
  ["/_fn/audit", { filter: {}, page: {} }, true],
  ["/_fn/jobs", { filter: {}, page: {} }, true],
  ["/_fn/connections", { filter: {}, page: {} }, true],
  ["/_fn/lobby-events", { lobby: 1 }, true],
  ["/_fn/lobby", { lobby: 1 }, true],
  ["/_fn/overview", {}, true],
  ["/_fn/history", { minutes: 60 }, true],
  ["/_fn/viewer", {}, false],
  ["/_fn/link-works", { token: "x" }, false],
];

let server;
before(async () => (server = await startWithAdmin()));
after(() => server.close());

for (const javaScript of [false, true]) {
  const how = javaScript ? "with JavaScript" : "without JavaScript";

  test(`whoever comes to the dashboard signs in, is taken there, and signs out again, ${how}`, async (t) => {
    const page = await visit(t, server.base, { javaScript });
    await page.goto("/admin/lobbies?state=open");
    assert.equal(new URL(page.url()).pathname, "/users/log-in", "signed out, one is sent to sign in");

    await fillIn(page, { ...ADMIN, password: "not this one" });
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("E-mail and password do not fit together. Try again, or have a sign-in link mailed.").waitFor();
    await fillIn(page, ADMIN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/admin/lobbies?state=open");
    if (javaScript) await hydrated(page);

    await page.getByLabel("Your account").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/users/log-in");
    await page.goto("/admin");
    assert.equal(new URL(page.url()).pathname, "/users/log-in", "the cookie opens nothing any more");
  });
}

test("a tab whose session was ended in another says so, and leads back to signing in", async (t) => {
  const page = await visit(t, server.base);
  // It may ask for its figures once more before it hears of the end.
  forgive(page, /status of 401/);
  await signIn(page, "/admin/users");
  await live(page);
  const other = await page.context().newPage();
  await other.goto("/admin");
  await other.getByLabel("Your account").click();
  await other.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("your session may have ended").waitFor();
  await page.getByRole("link", { name: "Load again" }).click();
  await page.waitForURL("**/users/log-in?next=%2Fadmin%2Fusers");
});

test("a keyboard is enough to sign in and out", async (t) => {
  const page = await visit(t, server.base);
  await page.goto("/users/log-in?next=/admin");
  /** Moves on until what has this name has the focus, and uses it. */
  const use = async (name) => {
    for (let n = 0; n < 30; n += 1) {
      await page.keyboard.press("Tab");
      const words = () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText;
      if ((await page.evaluate(words)).trim() === name) return page.keyboard.press("Enter");
    }
    assert.fail(`the keyboard does not get to ${name}`);
  };
  assert.equal(await page.locator(":focus").getAttribute("name"), "email", "one can write at once");
  await page.keyboard.type(ADMIN.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ADMIN.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/admin");
  await hydrated(page);
  await use("Skip to content");
  assert.equal(await page.locator(":focus").getAttribute("id"), "main");
  await page.goto("/admin");
  await hydrated(page);
  await use("Your account");
  await use("Sign out");
  await page.waitForURL("**/users/log-in");
});

test("a way on that leads to another site is not followed", async (t) => {
  const page = await visit(t, server.base, { javaScript: false });
  for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example/"]) {
    await page.goto(`/users/log-in?next=${encodeURIComponent(next)}`);
    await fillIn(page, ADMIN);
    await page.getByRole("button", { name: "Sign in" }).click();
    // What is here instead: an admin's home, with the first steps of a server on which nothing has happened yet.
    await page.waitForURL(`${server.base}/admin`);
    const answer = await submit(server.base, "/users/log-in", { ...ADMIN, next });
    assert.equal(answer.headers.get("location"), "/admin", `the form itself carried ${next}`);
  }
});

test("the cookie outlives the browser of whoever stays signed in, and of nobody else", async (t) => {
  const stays = await visit(t, server.base, { javaScript: false });
  await signIn(stays);
  const leaves = await visit(t, server.base, { javaScript: false });
  await leaves.goto("/users/log-in");
  await leaves.getByLabel("Stay signed in for 14 days").uncheck();
  await fillIn(leaves, ADMIN);
  await leaves.getByRole("button", { name: "Sign in" }).click();
  await leaves.waitForURL(`${server.base}/admin`);
  const cookie = async (page) => (await page.context().cookies()).find(({ name }) => name === "__Host-gameserver");
  const [kept, dropped] = [await cookie(stays), await cookie(leaves)];
  const days = (kept.expires - Date.now() / 1000) / 86_400;
  assert.ok(days > 13.9 && days < 14.1, `${days} days`);
  assert.equal(dropped.expires, -1);
  for (const { httpOnly, secure, sameSite } of [kept, dropped]) {
    assert.deepEqual({ httpOnly, secure, sameSite }, { httpOnly: true, secure: true, sameSite: "Lax" });
  }
});

test("a signed-in player without the right is told that this is for admins", async (t) => {
  const { tokens } = await player(server.base);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const page = await visit(t, server.base, { headers });
  forgive(page, /status of 403/);
  const answer = await page.goto("/admin/lobbies");
  assert.equal(answer.status(), 403);
  await page.getByRole("heading", { level: 1, name: "This is for admins." }).waitFor();
  assert.equal(await page.locator("table").count(), 0);
});

test("another site cannot act with the cookie of its visitor", async () => {
  const cookie = await adminCookie(server.base);
  for (const from of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: server.base, "sec-fetch-site": "cross-site" },
    { referer: "https://evil.example/page" },
    {},
  ]) {
    const said = JSON.stringify(from);
    const out = await submit(server.base, "/users/log-out", {}, { cookie, ...from });
    assert.equal(out.status, 403, `/users/log-out from ${said}`);
    for (const [path, input] of FUNCTIONS) {
      assert.equal((await ask(server.base, path, input, { cookie, ...from })).status, 403, `${path} from ${said}`);
    }
  }
  const still = await ask(server.base, "/_fn/overview", {}, { cookie, origin: server.base });
  assert.equal(still.status, 200, "none of it signed the admin out");
});

test("each server function answers whom it is for", async () => {
  const cookie = await adminCookie(server.base);
  const { tokens } = await player(server.base);
  const callers = [{}, { authorization: `Bearer ${tokens.access_token}` }, { cookie, origin: server.base }];
  const answers = { true: [401, 403, 200], false: [200, 200, 200], "signed in": [401, 200, 200] };
  for (const [path, input, whom] of FUNCTIONS) {
    const statuses = [];
    for (const headers of callers) statuses.push((await ask(server.base, path, input, headers)).status);
    assert.deepEqual(statuses, answers[whom], path);
  }
  const refused = await (await ask(server.base, "/_fn/users", { filter: {}, page: {} })).json();
  assert.equal(refused.error, "authentication_required");
  assert.match(refused.message, /\w+ .+\.$/, "and says so in a sentence");
});

test("the pages call no server function that is not listed here", async (t) => {
  const page = await visit(t, server.base);
  const called = new Set();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/_fn/")) called.add(pathname);
  });
  await signIn(page, "/admin/lobbies");
  await live(page);
  for (const name of ["Users", "Lobbies", "Overview"]) {
    await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }
  const listed = new Set(FUNCTIONS.map(([path]) => path));
  assert.ok(called.size > 0);
  assert.deepEqual([...called].filter((path) => !listed.has(path)), []);
});
