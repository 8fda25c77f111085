// Two players become friends in their settings, by plain forms: found, asked, accepted, removed, blocked, unblocked.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, live, loads, press, visit } from "./support/browser.mjs";
import { look } from "./support/looks.mjs";
import { enter } from "./support/player.mjs";
import { startServer } from "./support/server.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.close());

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
    const settings = (page) => page.goto("/users/settings#friends");

    await mira.getByLabel("Find players").fill(`pike ${suffix}`.slice(2));
    await press(mira, "Find");
    await seen(mira, "friends-found");
    await press(mira, `Ask ${his} to be friends`);
    await mira.getByText("Your request is on its way.").waitFor();
    assert.ok(mira.url().endsWith("#friends"), mira.url());
    await mira.getByText("has not answered yet").waitFor();
    assert.equal(await mira.getByLabel("Find players").inputValue(), `ke ${suffix}`, "what was looked for is there still");
    await mira.getByText("· you asked them").waitFor();
    assert.equal(await mira.getByRole("button", { name: `Ask ${his} to be friends` }).count(), 0);

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
    await press(mira.getByRole("list", { name: "You asked them" }), `Cancel your request to ${his}`);
    await mira.getByText("That is over.").waitFor();
    await mira.getByText("None yet. Look for players by name, and ask them.").waitFor();
  });
}

test("requests, answers and who is there are seen without a reload", async (t) => {
  t.after(() => leave(t));
  const [her, his] = ["Mira live", "Pike live"];
  const [mira, pike] = [await visit(t, server.base), await visit(t, server.base)];
  await enter(mira, her);
  await enter(pike, his);
  await mira.goto("/users/settings#friends");
  await live(mira);
  await pike.goto(`/users/settings?q=${encodeURIComponent(her)}#friends`);
  await live(pike);
  const before = loads(mira);
  await pike.getByRole("button", { name: `Ask ${her} to be friends` }).click();
  await mira.getByText("wants to be friends").waitFor();
  assert.equal(loads(mira), before, "the page was not loaded again");
  await live(pike);
  const asked = loads(pike);
  await mira.getByRole("button", { name: `Accept ${his}` }).click();
  const row = (page, name) => page.getByRole("listitem").filter({ hasText: name });
  await row(pike, her).filter({ hasText: "online" }).waitFor();
  assert.equal(loads(pike), asked, "the page was not loaded again");
  await live(mira);
  await row(mira, his).filter({ hasText: "online" }).waitFor();
  const remove = mira.getByRole("button", { name: `Remove ${his} from your friends` });
  await remove.focus();
  const stands = await remove.boundingBox();
  await pike.goto("about:blank");
  await row(mira, his).filter({ hasText: "offline" }).waitFor();
  const olga = await visit(t, server.base);
  await enter(olga, "Olga live");
  await olga.goto(`/users/settings?q=${encodeURIComponent(her)}#friends`);
  await press(olga, `Ask ${her} to be friends`);
  await row(mira, "Olga live").waitFor();
  assert.ok(await remove.evaluate((button) => button === document.activeElement), "the focus stays where it was");
  assert.deepEqual(await remove.boundingBox(), stands, "nothing moved under the pointer");
  await pike.goto("/lobbies");
  await pike.getByRole("button", { name: "Quick join" }).click();
  await mira.getByRole("button", { name: `Join ${his}` }).click();
  await mira.getByText("2 of 8 seats taken").waitFor();
  await pike.getByText("2 of 8 seats taken").waitFor();

  await pike.getByRole("button", { name: "Leave" }).click();
  await live(pike);
  await mira.getByText("1 of 8 seats taken").waitFor();
  await mira.getByRole("button", { name: `Invite ${his}` }).click();
  await mira.getByText("Your invitation is on its way.").waitFor();
  await pike.getByText(`${her} invites you`, { exact: true }).waitFor();
  await look(pike, "play-invited");
  await pike.getByRole("button", { name: /^Take a seat in/ }).click();
  await mira.getByText("2 of 8 seats taken").waitFor();
});
