// Usage: node consent.mjs <authorization URL> <where the app's page ends up> <chromium>
import assert from "node:assert/strict";

import { launch } from "./browser.mjs";

const [authorizationUrl, end, executablePath] = process.argv.slice(2);
const browser = await launch(executablePath, authorizationUrl);
try {
  const page = await browser.newPage();
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(authorizationUrl);
  const width = await page.locator("body").evaluate((body) => globalThis.getComputedStyle(body).maxWidth);
  assert.notEqual(width, "none", "the policy lets the page's own style in");
  await page.getByLabel("Username or email address").fill("ann");
  await page.getByLabel("Password").fill("wrong");
  // As Enter does: the first button of the form.
  await page.getByLabel("Password").press("Enter");
  await page.getByRole("alert").getByText("The login or the password is wrong.").waitFor();
  assert.equal(await page.getByLabel("Username or email address").inputValue(), "ann");
  assert.equal(await page.getByLabel("Password").inputValue(), "");
  // The browser tells its console of the 400.
  problems.length = 0;
  await page.getByLabel("Password").fill(process.env.CHIRP_TEST_PASSWORD);
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL((url) => url.href.startsWith(`${end}?code=`));
  assert.deepEqual(problems, []);
} finally {
  await browser.close();
}
