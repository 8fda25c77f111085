// Players in a browser: how they come in.

/** Comes in as a guest of this name. */
export async function enter(page, name) {
  await page.goto("/users/log-in");
  await page.getByRole("button", { name: "Play as a guest", exact: true }).click();
  await page.goto("/users/settings");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved. Other players see it already.").waitFor();
}
