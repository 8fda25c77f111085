// Players in a browser: how they come in, and how their pages are looked at.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";

/** Comes in as a guest of this name. */
export async function enter(page, name) {
  await page.goto("/users/log-in");
  await page.getByRole("button", { name: "Play as a guest", exact: true }).click();
  await page.goto("/users/settings");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved. Other players see it already.").waitFor();
}

/** Fails if the page keeps somebody out or does not fit; keeps a picture of it. */
export async function look(page, name) {
  const width = page.viewportSize().width;
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${name}: ${wide} px do not fit into ${width}`);
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    // Buttons take a moment to change their colours.
    await page.evaluate(() => {
      const changes = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
      return Promise.allSettled(changes.map(({ finished }) => finished)).then(() => undefined);
    });
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
    const barriers = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
    assert.deepEqual(barriers, [], `${name}, ${colorScheme}`);
    if (!process.env.SCREENSHOTS) continue;
    await mkdir(process.env.SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: null });
}
