// A picture that is a page as well: a browser that opens it runs nothing of it.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { crc32 } from "node:zlib";

import { forgive, visit } from "./support/browser.mjs";
import { player } from "./support/game.mjs";
import { startServer } from "./support/server.mjs";

// What it would do if anything of it ran: tell us, change its title, ask for more.
const PAGE =
  "<!doctype html><html><head><title>ran</title></head><body><h1>ran</h1>" +
  "<script>document.title = 'ran'; fetch('/api/v1/health?ran'); alert('ran')</script>" +
  "<img src='/api/v1/health?ran' onerror=\"alert('ran')\"></body></html>";

let server;
before(async () => (server = await startServer()));
after(() => server.close());

/** Opens an address as its visitor would, and fails if a page comes of it. */
async function opens(t, address, name) {
  const page = await visit(t, server.base);
  // Stopped as well is how the browser dresses a picture that stands alone, and what these tests run in every page.
  forgive(page, /Applying inline style violates|content policy: style-src|Blocked script execution in .* is sandboxed/);
  const asked = [];
  let dialogs = 0;
  page.on("request", (request) => asked.push(request.url()));
  page.on("dialog", async (dialog) => {
    dialogs += 1;
    await dialog.dismiss();
  });
  const answer = await page.goto(address);
  const headers = answer.headers();
  assert.equal(headers["content-type"], "image/png", name);
  assert.equal(headers["x-content-type-options"], "nosniff", name);
  assert.equal(headers["content-security-policy"], "sandbox; default-src 'none'", name);
  assert.match(headers["content-disposition"], /^inline; filename="[0-9a-f]{32}\.png"$/, name);
  assert.equal(headers["cross-origin-resource-policy"], "cross-origin", name);
  await page.waitForTimeout(300);
  assert.deepEqual(asked.filter((url) => url.includes("ran")), [], `${name}: it loads nothing`);
  assert.equal(dialogs, 0, `${name}: it says nothing`);
  assert.equal(await page.locator("h1").count(), 0, `${name}: it shows nothing`);
  assert.notEqual(await page.title(), "ran", name);
  return answer;
}

/** A PNG of 8 × 8 pixels, drawn by a browser. */
async function png(t) {
  const page = await visit(t, server.base);
  await page.goto("/");
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8;
    canvas.getContext("2d").fillRect(0, 0, 4, 8);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  return Buffer.from(base64, "base64");
}

/** The same with a text in it, as PNG allows: to a browser that guesses, a page. */
function withText(png, text) {
  const body = Buffer.concat([Buffer.from("tEXtComment\0"), Buffer.from(text)]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  check.writeUInt32BE(crc32(body));
  // After the head, which is 33 bytes long.
  return Buffer.concat([png.subarray(0, 33), length, body, check, png.subarray(33)]);
}

test("of a page inside a picture nothing is left, and one behind it is refused", async (t) => {
  const { tokens } = await player(server.base);
  const upload = (bytes) =>
    fetch(`${server.base}/auth/avatar`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${tokens.access_token}` },
      body: JSON.stringify({ avatar: bytes.toString("base64") }),
    });
  const picture = await png(t);
  assert.equal((await upload(Buffer.concat([picture, Buffer.from(PAGE)]))).status, 422);

  const taken = await upload(withText(picture, PAGE));
  assert.equal(taken.status, 200);
  const { avatarUrl } = await taken.json();
  const answer = await opens(t, avatarUrl, "as it was uploaded");
  assert.ok(!(await answer.body()).includes("<script"), "it was drawn anew");
});

test("even a page that lay among the pictures would not be one", async (t) => {
  const name = `${"0123456789abcdef".repeat(2)}.png`;
  const folder = join(server.data, "storage", "avatars");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), PAGE);
  await opens(t, `/avatars/${name}`, "a page under the name of a picture");
});
