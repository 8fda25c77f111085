// How a page is looked at: whether it fits and keeps nobody out, and a picture of it. SCREENSHOTS names the folder for
// pictures; without it none are kept.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";

/** Fails if the page keeps somebody out, light or dark, or does not fit; keeps a picture of both. */
export async function look(page, name) {
  await fits(page, name);
  assert.equal(await page.locator("h1").count(), 1, name);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await settle(page);
    assert.deepEqual(await barriers(page), [], `${name}, ${colorScheme}`);
    await picture(page, `${name}-${colorScheme}-${page.viewportSize().width}`);
  }
  await page.emulateMedia({ colorScheme: null });
}

/**
 * Ends the moment that buttons and what is in them take to change their colours, for which a window that nobody sees may wait
 * for ever. What inherits a colour begins to change when its parent has ended: so until nothing changes any more.
 */
async function settle(page) {
  await page.evaluate(() => {
    const changes = () => document.getAnimations().filter((change) => change instanceof CSSTransition);
    for (let now = changes(), rounds = 0; now.length > 0 && rounds < 20; now = changes(), rounds += 1) {
      for (const change of now) change.finish();
    }
  });
}

/** Fails if the page is wider than its window. */
export async function fits(page, name) {
  const { width } = page.viewportSize();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${name}: ${wide} px do not fit into ${width}`);
}

/** What would keep somebody out. */
export async function barriers(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  const said = ({ html, any }) => [html, ...any.map(({ message }) => message)].join(": ");
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(said)}`);
}

/** Keeps a picture of the page, where pictures are kept: of all of it, or only of what is in the window. */
export async function picture(page, name, { fullPage = true } = {}) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}
