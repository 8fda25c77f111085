// Every page, light and dark, wide and narrow: it reads without JavaScript, hydration changes nothing of it (or there is
// none), nobody is kept out, and no script runs but ours. SCREENSHOTS names a folder for a picture of each.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { makeAdmin, signIn } from "./support/admin.mjs";
import { breaches, forgive, hydrated, leave, live, quiet, visit } from "./support/browser.mjs";
import { join as hear, socketTo } from "./support/channels.mjs";
import { player, players } from "./support/game.mjs";
import { barriers, fits, picture } from "./support/looks.mjs";
import { Server, startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const WIDTHS = [1440, 360];
const THEMES = ["light", "dark"];

/** Pages for anybody, by the name of their picture. The server writes them alone. */
const PUBLIC = {
  home: "/",
  privacy: "/privacy",
  terms: "/terms",
  "data-deletion": "/data-deletion",
  "log-in": "/users/log-in",
  "log-in-refused": "/users/log-in?problem=invalid_credentials&next=%2Fadmin",
  "log-in-link-sent": "/users/log-in?done=link_sent",
  "log-in-link-bad": "/users/log-in/x",
  register: "/users/register",
  "register-refused": "/users/register?problem=validation_failed&email=is+no+address&password=is+too+short&typed=Mira",
  confirm: "/users/confirm",
  "confirm-done": "/users/confirm?done=confirmed",
  "confirm-link-bad": "/users/confirm/x",
  "reset-password": "/users/reset-password?done=link_sent",
  "reset-password-link-bad": "/users/reset-password/x",
  "confirm-email-link-bad": "/users/confirm-email/x",
  "first-admin-used": "/users/first-admin?token=x",
  missing: "/nothing/here",
};
/** Pages for whoever is signed in, of which a part is hydrated. */
const PLAY = {
  play: "/lobbies",
  "play-all": "/lobbies?show=all",
  "play-friends": "/lobbies?show=friends",
  "play-none": "/lobbies?title=nowhere",
  "play-enter": "/lobbies?enter=1",
  "play-refused": "/lobbies?problem=full&lobby=1",
  "play-new-refused": "/lobbies?problem=validation_failed&max_users=must+be+less+than+or+equal+to+128&part=new",
};
/** Pages of the dashboard. They are hydrated. */
const DASHBOARD = {
  overview: "/admin",
  "overview-day": "/admin?span=24h",
  lobbies: "/admin/lobbies",
  "lobbies-none": "/admin/lobbies?title=nowhere",
  lobby: "/admin/lobbies/1",
  "lobby-none": "/admin/lobbies/999",
  users: "/admin/users",
  "users-by-name": "/admin/users?role=guest&sort=name",
  "users-none": "/admin/users?role=banned&q=nobody",
  user: "/admin/users?user=2",
  "user-none": "/admin/users?user=999",
  sessions: "/admin/sessions",
  audit: "/admin/audit",
  "audit-none": "/admin/audit?q=nothing",
  connections: "/admin/connections?q=lobbies",
  "connections-none": "/admin/connections?q=nothing",
  events: "/admin/events",
  "events-lobbies": "/admin/events?topic=lobbies",
  jobs: "/admin/jobs",
};

let server;
let link;
before(async () => {
  server = await startServer();
  link = (await server.adminLink()).slice(server.base.length);
});
after(() => server.close());

/** Two visitors who chose the same theme by the switch: one with JavaScript, one without. */
async function pair(t, theme) {
  const pages = [];
  for (const javaScript of [true, false]) {
    const page = await visit(t, server.base, { javaScript });
    // One of the pages is not there.
    forgive(page, /status of 404/);
    if (javaScript) await page.addInitScript(remember);
    await page.goto("/users/log-in");
    await page.getByRole("button", { name: theme === "dark" ? "Dark" : "Light" }).click();
    await page.locator(`html[data-theme="gs-${theme}"]`).waitFor();
    pages.push(page);
  }
  return pages;
}

/** Runs in a page before anything of ours: keeps its text from before and after hydration, and all that moves. */
function remember() {
  const words = () => {
    const copy = document.body.cloneNode(true);
    // Buttons that only a script can serve come with hydration.
    for (const late of copy.querySelectorAll("button[type=button], script")) late.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const memory = (window.memory = { moves: [] });
  document.addEventListener("DOMContentLoaded", () => {
    memory.before = words();
    new MutationObserver(() => {
      memory.hydrated = performance.now();
      // Once the page's own effects ran, and before anything can have come over the socket.
      setTimeout(() => (memory.after = words()));
    }).observe(document.body, { attributeFilter: ["data-hydrated"] });
  });
  const where = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`;
  const move = ({ node, previousRect, currentRect }) =>
    `${node?.outerHTML?.slice(0, 150) ?? node?.nodeName} from ${where(previousRect)} to ${where(currentRect)}`;
  new PerformanceObserver((list) => {
    for (const { value, startTime, sources } of list.getEntries()) {
      memory.moves.push({ value, at: startTime, what: sources.map(move).join("; ") });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** Fails if anything moved: by hydration not at all, before it no more than by a font that comes after the text. */
function still({ moves, hydrated = Infinity }) {
  const [since, loading] = [moves.filter(({ at }) => at >= hydrated), moves.filter(({ at }) => at < hydrated)];
  assert.deepEqual(since.map(({ what }) => what), [], "hydration moves nothing");
  const sum = loading.reduce((sum, { value }) => sum + value, 0);
  assert.ok(sum < 0.01, `loading moves nothing: ${sum} by ${loading.map(({ what }) => what)}`);
}

/** Looks at one page in one theme at both widths; at a `live` one, once it is. */
async function look(t, [page, plain], name, path, theme, isLive = false) {
  for (const width of WIDTHS) {
    await t.test(`${name}, ${theme}, ${width} px wide`, async () => {
      for (const visitor of [page, plain]) await visitor.setViewportSize({ width, height: 900 });
      for (const visitor of [page, plain]) await visitor.goto(path);
      const titles = await plain.getByRole("heading", { level: 1 }).allInnerTexts();
      assert.equal(titles.length, 1, "without JavaScript the page is there");

      assert.equal(await page.locator(`html[data-theme="gs-${theme}"]`).count(), 1);
      if (isLive) {
        await hydrated(page);
        await until("the page has been read twice", () => page.evaluate(() => window.memory.after !== undefined));
        await live(page);
      } else {
        assert.equal(await page.locator("[href$='.wasm'], script[type=module]").count(), 0, "it loads no module");
      }
      const memory = await page.evaluate(async () => {
        await document.fonts.ready;
        await new Promise(requestAnimationFrame);
        return window.memory;
      });
      await picture(page, `${name}-${theme}-${width}`);
      assert.ok(memory.before.includes(titles[0]), "the title is the same with JavaScript");
      if (isLive) assert.equal(memory.after, memory.before, "hydration changes no word");
      still(memory);

      for (const visitor of [page, plain]) await fits(visitor, name);
      assert.deepEqual(await barriers(page), []);
      for (const visitor of [page, plain]) quiet(visitor);
    });
  }
}

test("a script that somebody slipped into a page does not run", async (t) => {
  const page = await visit(t, server.base);
  forgive(page, /content policy: script-src-(elem|attr) inline/);
  forgive(page, /violates the following Content Security Policy directive/);
  const slipped = "<script>window.slipped = 1</script><img src=x onerror='window.slipped = 2'>";
  await page.route("**/users/log-in", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace("</body>", `${slipped}</body>`) });
  });
  forgive(page, /status of 404/);
  await page.goto("/users/log-in");
  await page.locator("img").evaluate((image) => image.decode().catch(() => {}));
  assert.equal(await page.evaluate(() => window.slipped), undefined);
  assert.equal(breaches(page, /script-src-elem inline/), 1);
  assert.equal(breaches(page, /script-src-attr inline/), 1);
});

test("every page", async (t) => {
  const pairs = {};
  for (const theme of THEMES) pairs[theme] = await pair(t, theme);

  for (const theme of THEMES) await look(t, pairs[theme], "first-admin", link, theme);
  await makeAdmin(server);
  for (const theme of THEMES) {
    for (const [name, path] of Object.entries(PUBLIC)) await look(t, pairs[theme], name, path, theme);
    for (const page of pairs[theme]) await signIn(page);
    await look(t, pairs[theme], "first-start", "/admin", theme, true);
  }
  await furnish();
  const listener = await player(server.base);
  for (const theme of THEMES) {
    for (const [name, path] of Object.entries(DASHBOARD)) {
      // Whoever looks has a socket that comes with each page and goes with it: what is listed is another's, which stays,
      // and is fresh: its figures move with its first heartbeat.
      const listed = name === "connections" ? socketTo(server.base, t, listener) : undefined;
      if (listed) await hear(listed, "lobbies");
      await look(t, pairs[theme], name, path, theme, true);
      listed?.disconnect();
    }
    for (const [name, path] of Object.entries(PLAY)) await look(t, pairs[theme], name, path, theme, true);
    await look(t, pairs[theme], "missing-for-admins", "/admin/nothing", theme);
  }
  await pairs.light[0].goto("/lobbies");
  await pairs.light[0].getByRole("button", { name: "Quick join" }).click();
  await pairs.light[0].getByRole("button", { name: "Leave" }).waitFor();
  for (const theme of THEMES) await look(t, pairs[theme], "play-room", "/lobbies", theme, true);
  await t.test("on a narrow screen the menu is the way to every page", async () => {
    for (const page of pairs.light) await walkByMenu(page);
    const [page] = pairs.light;
    await hydrated(page);
    await page.locator("#nav").focus();
    await page.keyboard.press("Space");
    const users = page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name: "Users" });
    await users.waitFor();
    await page.keyboard.press("Escape");
    await users.waitFor({ state: "hidden" });
    assert.equal(await page.locator(":focus").getAttribute("id"), "nav");
  });
});

test("every load has a nonce of its own, and every script of ours has it", async (t) => {
  const page = await visit(t, server.base, { javaScript: false });
  await signIn(page);
  const nonces = [];
  for (const path of ["/", "/", "/users/log-in", "/admin"]) {
    const answer = await page.goto(path);
    const policy = answer.headers()["content-security-policy"];
    const nonce = /script-src [^;]*'nonce-([^']{22,})'/.exec(policy)[1];
    const html = await answer.text();
    const scripts = html.match(/<script[^>]*>/g) ?? [];
    assert.ok(path !== "/admin" || scripts.some((script) => script.includes("module")), "the dashboard has scripts");
    assert.ok(scripts.every((script) => script.includes(`nonce="${nonce}"`)), scripts.join());
    assert.doesNotMatch(policy, /'unsafe-inline'|'unsafe-eval'/);
    assert.doesNotMatch(html, /<[a-z][^>]* (style|on[a-z]+)=/, "no style or script stands in an attribute");
    nonces.push(nonce);
  }
  assert.equal(new Set(nonces).size, nonces.length);
});

/** Goes from page to page by the menu; it needs no JavaScript. */
async function walkByMenu(page) {
  const link = (name) => page.getByRole("navigation", { name: "Dashboard" }).getByRole("link", { name });
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto("/admin");
  for (const name of ["Lobbies", "Users", "Sessions", "Audit log", "Jobs", "Overview"]) {
    await link(name).waitFor({ state: "hidden" });
    await page.locator("header label[for=nav]").click();
    await link(name).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }
}

/** Gives the pages something to show. */
async function furnish() {
  const [host, guest, other, lonely] = await players(server.base, 4);
  const metadata = { mode: "ranked", map: "dunes" };
  const dunes = await host.openLobby({ title: "Dunes at dusk", max_users: 4, metadata });
  await guest.join(dunes);
  await other.openLobby({ title: "A title as long as a title may be, ".padEnd(80, "on and "), max_users: 64 });
  await lonely.openLobby({ title: "Vault".padEnd(80, "t"), max_users: 1, is_hidden: true, password: "open sesame" });
}

test("a game's theme is on the pages for players, and follows its file", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "gameserver-theme-"));
  const file = join(folder, "theme.json");
  const themed = new Server(folder, { THEME_CONFIG: file });
  t.after(async () => {
    await leave(t);
    await themed.close();
  });
  const theme = {
    title: "Starfall <b>Arena</b>",
    tagline: "Eight seats. One star left.",
    description: "",
    logo: "art/logo.svg",
    banner: "art/banner.svg",
    css: "own.css",
    features: [{ title: "Ranked", description: "Every match counts.", icon: "trophy" }],
    useful_links: [{ title: "Ask us", url: "mailto:us@starfall.example", icon: "no-such-icon" }],
    terms_url: "https://starfall.example/terms",
    colors: { primary: "#5b21b6", accent: "#5b21b6" },
  };
  await mkdir(join(folder, "art"));
  const square = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><path fill="#c8e" d="M8 8h48v48H8z"/></svg>`;
  for (const name of ["logo.svg", "banner.svg"]) await writeFile(join(folder, "art", name), square);
  await writeFile(join(folder, "own.css"), ".hero { outline: 3px solid rgb(1, 2, 3) }");
  await writeFile(file, JSON.stringify(theme));
  await themed.start();

  for (const width of WIDTHS) {
    const page = await visit(t, themed.base, { width });
    await page.goto("/");
    assert.equal(await page.title(), theme.title);
    await page.getByRole("heading", { level: 1, name: theme.tagline }).waitFor();
    await page.getByRole("heading", { level: 3, name: "Ranked" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Ask us" }).getAttribute("href"), "mailto:us@starfall.example");
    assert.equal(await page.getByRole("link", { name: "Terms" }).getAttribute("href"), theme.terms_url);
    assert.equal(await page.getByRole("link", { name: "Privacy" }).getAttribute("href"), "/privacy");
    for (const image of await page.locator("img").all()) {
      assert.equal(await image.evaluate((image) => image.decode().then(() => image.naturalWidth)), 64);
    }
    assert.equal(await page.locator("img").count(), 2, "the logo and the banner");
    assert.match(await page.locator(".hero").evaluate((hero) => getComputedStyle(hero).outline), /rgb\(1, 2, 3\)/);
    const color = (name) =>
      page.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name), name);
    assert.equal(await color("--color-primary"), theme.colors.primary);
    assert.equal(await color("--color-accent"), theme.colors.accent, "it can be read on paper");
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await color("--color-accent"), theme.colors.accent, "and not on ink");
    await page.emulateMedia({ colorScheme: "light" });
    assert.deepEqual(await barriers(page), []);
    await fits(page, "the theme's page");
    await picture(page, `themed-${width}`);
    forgive(page, /status of 404/);
    for (const path of ["/users/log-in", "/privacy", "/nothing"]) {
      await page.goto(path);
      assert.ok((await page.title()).endsWith(` · ${theme.title}`), path);
      await page.getByText(theme.title, { exact: true }).locator("visible=true").first().waitFor();
      await picture(page, `themed${path.replaceAll("/", "-")}-${width}`);
    }
  }
  for (const [path, status] of [["/art/logo.svg", 200], ["/theme.json", 404], ["/gameserver.db", 404]]) {
    assert.equal((await fetch(themed.base + path)).status, status, `${path}: only what the theme names is given out`);
  }

  assert.match(themed.complaints, /a colour of the theme is not used.*in the dark theme/);
  const title = async () => /<title>(.*?)<\/title>/.exec(await (await fetch(themed.base)).text())[1];
  await writeFile(file, JSON.stringify({ ...theme, title: "Starfall" }));
  await until("the page follows the file", async () => (await title()) === "Starfall");
  await writeFile(file, "{ broken");
  await until("the log says so", async () => {
    assert.equal(await title(), "Starfall", "the last good one stays");
    return themed.complaints.includes("the theme file cannot be used");
  });
});
