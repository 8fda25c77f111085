// Two players become friends in their settings, by plain forms: found, asked, accepted, removed, blocked, unblocked.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import axe from "axe-core";

import { leave, visit } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";

let server;
before(async () => {
  server = await startServer();
});
after(() => server.close());

/** Fails if the page keeps somebody out or does not fit; keeps a picture of it. */
async function look(page, name) {
  const width = page.viewportSize().width;
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${name}: ${wide} px do not fit into ${width}`);
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
    const barriers = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
    assert.deepEqual(barriers, [], `${name}, ${colorScheme}`);
    if (!process.env.SCREENSHOTS) continue;
    await mkdir(process.env.SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Comes in as a guest of this name. */
async function enter(page, name) {
  await page.goto("/users/log-in");
  await page.getByRole("button", { name: "Play as a guest", exact: true }).click();
  await page.goto("/users/settings");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved. Other players see it already.").waitFor();
}

for (const [javaScript, width] of [
  [true, 1440],
  [true, 360],
  [false, 360],
]) {
  const how = `${javaScript ? "with" : "without"} JavaScript, ${width} px wide`;
  test(`two players become friends and part again, ${how}`, async (t) => {
    t.after(() => leave(t));
    const seen = javaScript ? look : async () => {};
    const suffix = `${javaScript ? "js" : "plain"}${width}`;
    const [her, his] = [`Mira <b>${suffix}`, `Pike ${suffix}`];
    const mira = await visit(t, server.base, { javaScript, width });
    const pike = await visit(t, server.base, { javaScript, width });
    await enter(mira, her);
    await enter(pike, his);
    const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
    const settings = (page) => page.goto("/users/settings#friends");

    await mira.getByLabel("Find players").fill(`pike ${suffix}`.slice(2));
    await press(mira, "Find");
    await seen(mira, "friends-found");
    await press(mira, `Ask ${his} to be friends`);
    await mira.getByText("Your request is on its way.").waitFor();
    assert.ok(mira.url().endsWith("#friends"), mira.url());
    await mira.getByText("has not answered yet").waitFor();

    await settings(pike);
    await pike.reload();
    await seen(pike, "friends-asked");
    await press(pike, `Accept ${her}`);
    await pike.getByText("You are friends.").waitFor();
    await pike.getByText(her, { exact: true }).waitFor();
    await seen(pike, "friends");

    await press(pike, `Block ${her}`);
    await pike.getByText("They are blocked.").waitFor();
    await seen(pike, "friends-blocked");
    await mira.goto(`/users/settings?q=${encodeURIComponent(his)}#friends`);
    await press(mira, `Ask ${his} to be friends`);
    await mira.getByText("One of you blocks the other.").waitFor();
    await press(pike, `Unblock ${her}`);
    await pike.getByText("They are not blocked any more.").waitFor();

    await mira.goto(`/users/settings?q=${encodeURIComponent(his)}#friends`);
    await press(mira, `Ask ${his} to be friends`);
    await press(mira, `Cancel your request to ${his}`);
    await mira.getByText("That is over.").waitFor();
    await mira.getByText("None yet. Look for players by name, and ask them.").waitFor();
  });
}
