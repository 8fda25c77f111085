// The page that shows the OpenAPI document: it has no script to wait for, fits every screen, keeps nobody out, and what it
// tells people to copy works.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { quiet, visit } from "./support/browser.mjs";
import { barriers, fits } from "./support/looks.mjs";
import { startServer } from "./support/server.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.close());

for (const theme of ["light", "dark"]) {
  for (const width of [1440, 360]) {
    test(`everything on it can be read, ${theme}, ${width} px wide`, async (t) => {
      const page = await visit(t, server.base, { width });
      await page.emulateMedia({ colorScheme: theme });
      await page.goto("/api/docs");
      assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "GameServer API");
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      await fits(page, "the API's page");
      assert.deepEqual(await barriers(page), []);
      quiet(page);
    });
  }
}

test("without JavaScript a route is found, unfolded and switched to the other theme", async (t) => {
  const page = await visit(t, server.base, { javaScript: false, width: 360 });
  await page.goto("/api/docs");
  await page.getByText("On this page", { exact: true }).click();
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Take a seat", exact: true }).click();
  assert.match(page.url(), /#join-lobby$/);
  const route = page.locator("#join-lobby");
  await route.getByText("How it refuses").click();
  await route.getByText("password_required").waitFor();
  await page.getByRole("button", { name: "Switch to dark" }).click();
  await page.locator('html[data-theme="gs-dark"]').waitFor();
  assert.match(page.url(), /\/api\/docs$/);
});

test("a call copied from it works in a shell", async (t) => {
  const page = await visit(t, server.base);
  await page.goto("/api/docs");
  const call = async (route) => page.locator(`#${route} pre`).first().innerText();
  const shell = async (command, env = {}) => {
    const { stdout } = await promisify(execFile)("bash", ["-c", command.replace(/^curl/, "curl -s")], { env: { ...process.env, ...env } });
    return JSON.parse(stdout);
  };
  const tokens = await shell(await call("device-login"));
  assert.equal(tokens.data.user_id, tokens.user_id);
  const lobby = await shell(await call("create-lobby"), { TOKEN: tokens.access_token });
  assert.equal(lobby.title, "Dunes");
});
