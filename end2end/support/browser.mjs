// One Chromium a spec, and visitors in it whose pages must stay quiet: no error, no breach of the content policy.

import assert from "node:assert/strict";
import { after } from "node:test";
import { chromium } from "playwright-core";

// No sandbox, because tests also run as root. The others keep Chromium to this machine, and to plain HTTP.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let launched;
after(async () => (await launched)?.close());

const diaries = new WeakMap();

/** The browser contexts of each test. */
const visits = new WeakMap();

/** A page of a new visitor, closed and found quiet when the test `t` ends. */
export async function visit(t, base, { javaScript = true, width = 1440, height = 900, headers = {} } = {}) {
  launched ??= chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
  const browser = await launched;
  const context = await browser.newContext({
    baseURL: base,
    javaScriptEnabled: javaScript,
    viewport: { width, height },
    extraHTTPHeaders: headers,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const diary = { problems: [], forgiven: [], loads: 0 };
  diaries.set(page, diary);
  page.on("console", (message) => message.type() === "error" && diary.problems.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => diary.problems.push(`error: ${error.stack ?? error}`));
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) diary.loads += 1;
  });
  if (javaScript) {
    await page.exposeFunction("breached", (what) => diary.problems.push(`content policy: ${what}`));
    await page.addInitScript(watch);
  } else {
    // Every page asks for the module beforehand; nothing here will run it.
    await page.route("**/*.wasm", (route) => route.fulfill({ contentType: "application/wasm", body: "" }));
  }
  visits.set(t, [...(visits.get(t) ?? []), context]);
  t.after(async () => {
    await context.close();
    quiet(page);
  });
  return page;
}

/** Closes the test's pages, before its server goes: a page whose server has gone complains that it cannot reach it. */
export async function leave(t) {
  for (const context of visits.get(t) ?? []) await context.close();
}

/** Runs in every page before anything of ours does. */
function watch() {
  document.addEventListener("securitypolicyviolation", (event) => {
    window.breached(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  });
}

/** Fails if anything went wrong in the page since it was last asked. */
export function quiet(page) {
  const { problems, forgiven } = diaries.get(page);
  const loud = problems.splice(0).filter((problem) => !forgiven.some((form) => form.test(problem)));
  assert.deepEqual(loud, [], "the page was not quiet");
}

/** Lets the page complain in this form: the test brings it about. */
export function forgive(page, form) {
  diaries.get(page).forgiven.push(form);
}

/** How often the page complained in this form since it was last asked whether it was quiet. */
export function breaches(page, form) {
  return diaries.get(page).problems.filter((problem) => form.test(problem)).length;
}

/** How many documents the page has loaded. */
export function loads(page) {
  return diaries.get(page).loads;
}

/** Opens an address and waits until the page is hydrated. */
export async function open(page, path) {
  const answer = await page.goto(path);
  await hydrated(page);
  return answer;
}

/** Waits until the page is hydrated. */
export async function hydrated(page) {
  await page.waitForSelector("body[data-hydrated]", { state: "attached" });
}

/** Presses the button of exactly this name, of a page or of a part of one. */
export function press(part, name) {
  return part.getByRole("button", { name, exact: true }).click();
}

/** Waits until changes reach the page as they happen. */
export async function live(page) {
  await page.waitForSelector('[data-live="open"]', { state: "attached" });
}
