// The first minutes with the server: what it prints when it starts works as printed.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { ADMIN, adminCookie, fillIn, makeAdmin, signIn } from "./support/admin.mjs";
import { forgive, hydrated, leave, visit } from "./support/browser.mjs";
import { Server, binary, startServer } from "./support/server.mjs";

async function start(t) {
  const server = await startServer();
  t.after(async () => {
    await leave(t);
    await server.close();
  });
  return server;
}

test("the printed curl line signs a player in", async (t) => {
  const server = await start(t);
  const { stdout } = await promisify(execFile)("bash", ["-c", server.curl]);
  const tokens = JSON.parse(stdout);
  assert.deepEqual(tokens.data.user_id, tokens.user_id);
  const me = await fetch(`${server.base}/api/v1/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal((await me.json()).id, tokens.user_id);
});

for (const javaScript of [false, true]) {
  const how = javaScript ? "with JavaScript" : "without JavaScript";
  test(`the printed link makes the first admin once, ${how}`, async (t) => {
    const server = await start(t);
    const link = await server.adminLink();
    const page = await visit(t, server.base, { javaScript });

    await page.goto(link);
    await fillIn(page, { ...ADMIN, password: "short" });
    await page.getByRole("button", { name: "Make me admin" }).click();
    // What does not fit is said beside its field, and uses nothing up.
    await page.getByText("Password should be at least 8 character(s).").waitFor();
    assert.equal(await page.getByLabel("Password").getAttribute("aria-invalid"), "true");
    await fillIn(page, ADMIN);
    await page.getByRole("button", { name: "Make me admin" }).click();
    await page.waitForURL("**/admin");
    await page.getByRole("heading", { level: 1, name: "Your server is running." }).waitFor();

    const second = await visit(t, server.base, { javaScript });
    await second.goto(link);
    await second.getByRole("heading", { level: 1, name: "This link does not work any more." }).waitFor();
    assert.equal(await second.locator("form[action='/users/first-admin']").count(), 0);
  });
}

test("a link that was used meanwhile is said to be used", async (t) => {
  const server = await start(t);
  const [first, second] = [await visit(t, server.base), await visit(t, server.base)];
  for (const page of [first, second]) await page.goto(await server.adminLink());
  for (const page of [first, second]) {
    await fillIn(page, ADMIN);
    await page.getByRole("button", { name: "Make me admin" }).click();
  }
  await first.waitForURL("**/admin");
  await second.getByRole("heading", { level: 1, name: "This link does not work any more." }).waitFor();
  await second.goto("/admin");
  assert.match(second.url(), /\/users\/log-in/, "and signs nobody in");
});

test("the first steps tick themselves", async (t) => {
  const server = await start(t);
  const page = await visit(t, server.base);
  await page.goto(await server.adminLink());
  await fillIn(page, ADMIN);
  await page.getByRole("button", { name: "Make me admin" }).click();
  await page.getByText("2 of 4 done").waitFor();
  // Each step's command does as it says when it is run as it stands on the page.
  const shell = async (step) => promisify(execFile)("bash", ["-c", await page.locator("pre").nth(step).innerText()]);
  await shell(0);
  await page.getByText("3 of 4 done").waitFor();
  await shell(1);
  await page.getByText("4 of 4 done").waitFor();
  await page.getByRole("button", { name: "Show the overview" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.getByRole("link", { name: "First match" }).waitFor();
});

test("the binary alone, in an empty folder and without an environment, serves pages and module", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "gameserver-alone-"));
  const server = new Server(folder);
  t.after(async () => {
    await leave(t);
    await server.close();
  });
  const alone = join(folder, "gameserver");
  await copyFile(binary(), alone);
  await server.run(alone, ["serve", "--port", "0"], { cwd: folder });

  const start = await (await fetch(server.base)).text();
  assert.ok(start.includes("A game server runs here."), "the start page is rendered");
  await makeAdmin(server);
  const cookie = await adminCookie(server.base);
  const html = await (await fetch(`${server.base}/admin`, { headers: { cookie } })).text();
  const [script, style] = [/[^"]+\.js/.exec(html)[0], /[^"]+\.css/.exec(html)[0]];
  const module = script.replace(/\.js$/, ".wasm");
  for (const [path, kind, begins] of [
    [script, "javascript", undefined],
    [style, "text/css", undefined],
    [module, "application/wasm", "\0asm"],
    ["/icons.svg", "image/svg+xml", undefined],
    ["/fonts/geist.woff2", "font/woff2", "wOF2"],
    ["/favicon.svg", "image/svg+xml", "<svg"],
    ["/favicon.ico", "image/", "\0\0\x01\0"],
  ]) {
    const answer = await fetch(new URL(path, server.base));
    const body = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.status, 200, path);
    assert.ok(answer.headers.get("content-type").includes(kind), `${path}: ${answer.headers.get("content-type")}`);
    assert.ok(body.length > 0 && (!begins || body.subarray(0, 4).toString("latin1") === begins), path);
  }
  const page = await visit(t, server.base);
  await signIn(page);
  await hydrated(page);

  const secrets = join(folder, "data", "secrets");
  const names = await readdir(secrets);
  assert.ok(names.length > 0);
  for (const name of names) {
    assert.equal((await stat(join(secrets, name))).mode & 0o777, 0o600, `${name} is for its owner only`);
  }
});

test("a page that does not exist says so and offers a way back", async (t) => {
  const server = await start(t);
  const page = await visit(t, server.base);
  forgive(page, /status of 404/);
  const answer = await page.goto("/nothing/here");
  assert.equal(answer.status(), 404);
  await page.getByRole("link", { name: "Back to the start page" }).click();
  await page.getByRole("heading", { level: 1, name: "A game server runs here." }).waitFor();
});
