// The overview: what happened is drawn, said in words, and given as a table.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, startWithAdmin } from "./support/admin.mjs";
import { forgive, hydrated, loads, visit } from "./support/browser.mjs";
import { player } from "./support/game.mjs";
import { until } from "./support/until.mjs";

let server;
before(async () => {
  server = await startWithAdmin();
  // Otherwise the first steps stand there.
  await (await player(server.base)).openLobby({ title: "Dunes", max_users: 4 });
});
after(() => server.close());

/** Numbers for every step of a span: the first three steps are missing, and in one nothing was asked. */
function history(minutes) {
  const step = minutes > 60 ? 300 : 60;
  const count = (minutes * 60) / step;
  const points = Array.from({ length: count }, (_, n) => ({
    at: new Date(Date.UTC(2027, 0, 15, 8) + n * step * 1000).toISOString(),
    requests: n === 10 ? 0 : step * (n + 1),
    errors: n === 20 ? 7 : 0,
    p50_us: n === 10 ? 0 : 2_100,
    p95_us: n === 10 ? 0 : 8_400,
    p99_us: n === 10 ? 0 : 19_400,
    sockets: 20 + n,
    players: 10 + n,
    lobbies: 5,
    received: step * 2,
    sent: step * 30,
    missed: n === 20 ? 2 : 0,
    behind: n % 7,
  }));
  return { step_seconds: step, points: points.slice(3) };
}

const SPANS = { "1 h": ["", 60], "6 h": ["?span=6h", 360], "24 h": ["?span=24h", 1440] };

/** A page whose numbers are those above. It comes from another one, so that the browser asks for them itself. */
async function overview(t, options) {
  const page = await visit(t, server.base, options);
  const asked = [];
  await page.route("**/_fn/history", async (route) => {
    const { minutes } = route.request().postDataJSON();
    asked.push(minutes);
    await route.fulfill({ json: history(minutes) });
  });
  await signIn(page, "/admin/lobbies");
  await hydrated(page);
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  return { page, asked };
}

test("every span is drawn from its own numbers, in place", async (t) => {
  const { page, asked } = await overview(t);
  const before = loads(page);
  for (const [name, [search, minutes]] of Object.entries(SPANS)) {
    await page.getByRole("navigation", { name: "Span" }).getByRole("link", { name, exact: true }).click();
    await page.locator(`nav[aria-label=Span] [aria-current]:text-is("${name}")`).waitFor();
    assert.equal(new URL(page.url()).search, search);
    const { step_seconds: step, points } = history(minutes);
    const slots = (minutes * 60) / step;
    const chart = page.getByRole("img", { name: /^Requests and latency over/ });
    const lines = chart.locator(".c-line");
    await page.waitForFunction(
      ([count]) =>
        document.querySelector("[aria-label^='Requests'] .c-bar")?.getAttribute("d").match(/z/g)?.length === count,
      [points.filter(({ requests }) => requests > 0).length],
    );
    const line = await lines.getAttribute("d");
    assert.equal(line.match(/M/g).length, 2, "a gap where nothing was asked");
    assert.ok(line.startsWith(`M${(Math.floor((3 * 10_000) / (slots - 1)) / 100).toFixed(2)} `), line.slice(0, 30));
    assert.ok(/L100\.00 [\d.]+$/.test(line), "now is at the right");
    const figure = page.locator("figure").filter({ has: chart });
    assert.equal(await figure.locator(".ylab span").first().innerText(), "20 ms");
    assert.equal(await figure.locator(".xlab span").last().innerText(), "now");
  }
  assert.deepEqual(asked, [60, 360, 1440]);
  assert.equal(loads(page), before, "the page was not loaded again");
});

test("the charts are told in words and in a table", async (t) => {
  const { page } = await overview(t);
  await page
    .getByRole("img", {
      name: "Players and sockets over the last hour: now 69 players, 79 sockets and 5 lobbies; at most 69 players.",
    })
    .waitFor();
  const said = /now 60 requests a second; half of them answered within 2.1 ms, 95 of 100 within 8.4 ms, 99 of 100 within 19 ms/;
  const chart = page.locator("figure").filter({ has: page.getByRole("img", { name: said }) });
  await chart.getByText("Show values").click();
  const rows = chart.locator("tbody tr");
  assert.equal(await rows.count(), 57);
  assert.deepEqual(await rows.first().locator("th, td").allInnerTexts(), ["08:59", "3,600", "0", "2.1", "8.4", "19"]);
  const idle = rows.filter({ has: page.locator("th", { hasText: "08:10" }) });
  assert.deepEqual(await idle.locator("td").allInnerTexts(), ["0", "0", "–", "–", "–"]);

  await page.getByRole("img", { name: "Messages over the last hour: now 2 in and 30 out a second." }).waitFor();
  const queues = page.locator("figure").filter({
    has: page.getByRole("img", { name: "Queues over the last hour: the longest had 6 events; 2 queues were dropped." }),
  });
  await queues.getByText("Show values").click();
  const dropped = queues.locator("tbody tr").filter({ has: page.locator("th", { hasText: "08:20" }) });
  assert.deepEqual(await dropped.locator("td").allInnerTexts(), ["6", "2"]);

  const tile = (name) => page.locator(`[data-tile=${name}]`);
  assert.equal(await tile("requests").locator("[data-figure]").innerText(), "60");
  await tile("requests").getByText(/^0\.\d\d % answered with 5xx$/).waitFor();
  assert.equal(await tile("latency").locator("[data-figure]").innerText(), "8.4");
  await tile("latency").getByText("p50 2.1 ms · p99 19 ms").waitFor();
  assert.match(await tile("online").innerText(), /up\s+430 %/, "13 have become 69");
  assert.equal(await tile("sockets").locator("svg.spark").count(), 1);
});

test("the numbers are asked for again a step later, and not in a hidden tab", async (t) => {
  const page = await visit(t, server.base);
  await page.clock.install();
  let asked = 0;
  await page.route("**/_fn/history", async (route) => {
    asked += 1;
    await route.fulfill({ json: history(60) });
  });
  await signIn(page, "/admin");
  await hydrated(page);
  const pass = async (seconds) => {
    await page.clock.runFor(seconds * 1000);
    await page.evaluate(() => new Promise((done) => queueMicrotask(done)));
  };
  await pass(50);
  assert.equal(asked, 0, "the server wrote what there was");
  // A request is on its way for a while, whatever the page's clock says.
  const reaches = async (count, why) => {
    await until(why, () => asked >= count);
    assert.equal(asked, count, why);
  };
  await pass(15);
  await reaches(1, "a step is over");
  await page.evaluate(() => Object.defineProperty(document, "hidden", { configurable: true, get: () => true }));
  await pass(300);
  assert.equal(asked, 1, "nobody looks");
  await page.evaluate(() => Object.defineProperty(document, "hidden", { configurable: true, get: () => false }));
  await pass(6);
  await reaches(2, "at once when somebody looks again");
});

test("the span is chosen by a link that needs no JavaScript", async (t) => {
  const page = await visit(t, server.base, { javaScript: false });
  await signIn(page, "/admin");
  for (const [name, [search]] of Object.entries(SPANS).reverse()) {
    await page.getByRole("navigation", { name: "Span" }).getByRole("link", { name, exact: true }).click();
    await page.waitForURL(`${server.base}/admin${search}`);
    assert.equal(await page.locator("nav[aria-label=Span] [aria-current]").innerText(), name);
  }
});

test("without the numbers the rest of the page stands", async (t) => {
  const page = await visit(t, server.base);
  await page.route("**/_fn/history", (route) => route.fulfill({
    status: 503,
    json: { error: "busy", message: "The server has too much to do. Try again in a moment." },
  }));
  await signIn(page, "/admin/lobbies");
  await hydrated(page);
  forgive(page, /status of 503/);
  await page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Overview" }).click();
  await page.getByText("The past did not load").waitFor();
  await page.getByRole("link", { name: "Load again" }).waitFor();
  assert.equal(await page.locator("[data-tile=lobbies] [data-figure]").innerText(), "1");
  await page.getByRole("heading", { level: 2, name: "Filling now" }).waitFor();
});
