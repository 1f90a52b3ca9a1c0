// Usage: node scenarios.mjs <scenario> <page URL> <chromium>. Fails with the assertion that did not hold.
import assert from "node:assert/strict";

import { launch, Window } from "./browser.mjs";

const SCENARIOS = {
  async showsTheSchema(open) {
    const { page } = await open();
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    const docs = page.locator(".graphiql-doc-explorer");
    await docs.getByRole("link", { name: "Subscription", exact: true }).click();
    await docs.getByRole("link", { name: "homeTimeline", exact: true }).waitFor();
    await page.getByRole("button", { name: "Show GraphiQL Explorer" }).click();
    await page.locator(".graphiql-explorer-root").getByText("trends", { exact: true }).first().waitFor();
  },

  async marksAFieldThatTheSchemaLacks(open) {
    const window = await open();
    await window.write("operation.graphql", "{ noSuchField }");
    await window.page.locator(".squiggly-error").first().waitFor();
    while (window.page.workers().length < 3) await window.page.waitForEvent("worker");
    const workers = window.page.workers().map((worker) => new URL(worker.url()).pathname.replace(/-\w+\.js$/, ""));
    assert.deepEqual(workers.sort(), ["/playground/editor", "/playground/graphql", "/playground/json"]);
  },

  async runsEveryExampleAsItIs(open) {
    const window = await open();
    await window.run();
    const welcome = await window.responseWith('"trends"');
    assert.equal(welcome.errors, undefined);
    assert.equal(welcome.data.user.username, "ann");

    assert.equal(await window.signInAs("ann"), "ann");
    await window.openTab("HomeTimeline");
    await window.run();
    const home = await window.responseWith('"homeTimeline"');
    assert.equal(home.errors, undefined);
    assert.equal(home.data.viewer.user.username, "ann");

    await window.openTab("LikeAndFollow");
    await window.page.waitForFunction(() =>
      globalThis.__MONACO.editor.getModels().some((model) => model.getValue().includes('"tweetId": "')),
    );
    await window.run();
    const liked = await window.responseWith('"followUser"');
    assert.equal(liked.errors, undefined);
    assert.deepEqual(liked.data.likeTweet.userErrors, []);
    assert.deepEqual(liked.data.followUser.userErrors, []);
    assert.equal(liked.data.followUser.user.username, "bob");

    await window.openTab("PostThread");
    await window.run();
    const thread = await window.responseWith('"postThread"');
    assert.equal(thread.errors, undefined);
    assert.deepEqual(thread.data.postThread.userErrors, []);
    assert.deepEqual(
      thread.data.postThread.thread.tweets.nodes.map((tweet) => tweet.threadPosition),
      [1, 2].map((index) => ({ index, total: 2 })),
    );

    await window.openTab("MyAccount");
    await window.run();
    const account = await window.responseWith('"emailVerified"');
    assert.equal(account.errors, undefined);
    assert.equal(account.data.viewer.sessions.nodes[0].isCurrent, true);
  },

  async registersANewUser(open) {
    const window = await open();
    const username = await window.signInAs({ label: "new user" });
    assert.match(username, /^new_[0-9a-f]{8}$/);
    await window.write("operation.graphql", "{ viewer { user { username } } }");
    await window.run();
    assert.deepEqual((await window.responseWith(username)).data, { viewer: { user: { username } } });
  },

  async showsWhyASignInFailed(open) {
    const window = await open();
    await window.page.route("**/graphql", (route) => route.fulfill({ status: 503, body: "down for a moment" }));
    await window.page.getByLabel("Sign in as").selectOption("ann");
    const alert = window.page.getByRole("alert");
    await alert.getByText("503 Service Unavailable: down for a moment").waitFor();
    assert.equal(await window.page.getByLabel("Sign in as").inputValue(), "(signed out)");
    assert.deepEqual(window.problems.splice(0), [
      "Failed to load resource: the server responded with a status of 503 (Service Unavailable)",
    ]);
  },

  async forgetsASessionThatTheApiRefuses(open) {
    const window = await open();
    await window.signInAs("ann");
    const kept = await keptSession(window);
    await keepSession(window, { ...kept, accessToken: `${kept.accessToken}x` });
    await window.load();
    await window.page.getByRole("alert").getByText("The session of ann is no longer valid").waitFor();
    assert.equal(await window.page.getByLabel("Sign in as").inputValue(), "(signed out)");
    assert.equal(await keptSession(window), null);
    window.problems = window.problems.filter((problem) => !problem.startsWith("Failed to load resource"));
  },

  async sendsAHeaderTypedByHandWhereThereIsNoSignIn(open) {
    const dev = await open();
    await dev.signInAs("ann");
    const authorization = `Bearer ${(await keptSession(dev)).accessToken}`;

    const window = await open();
    await window.page.addInitScript(() => {
      document.addEventListener("readystatechange", () => {
        document.getElementById("playground").dataset.devSignIn = "false";
      });
    });
    await window.load();
    assert.equal(await window.page.locator("select").count(), 0);
    await window.openTab("HomeTimeline");
    await window.write("request-headers.json", JSON.stringify({ Authorization: authorization }));
    await window.run();
    assert.equal((await window.responseWith('"homeTimeline"')).data.viewer.user.username, "ann");
    await window.openTab("LiveTimeline");
    await window.write("request-headers.json", JSON.stringify({ Authorization: authorization }));
    await window.run();
    assert.deepEqual(await window.sent("connection_init", 1), [{ type: "connection_init", payload: { authorization } }]);
  },

  async renewsAnAccessTokenAboutToExpire(open) {
    const window = await open();
    await window.signInAs("ann");
    const before = await keptSession(window);
    await keepSession(window, { ...before, expiresAt: Date.now() + 30_000 });
    await window.load();
    await window.page.getByLabel("Signed in as").waitFor();
    await window.openTab("HomeTimeline");
    await window.run();
    const home = await window.responseWith('"homeTimeline"');
    assert.equal(home.data.viewer.user.username, "ann");
    const after = await keptSession(window);
    assert.notEqual(after.refreshToken, before.refreshToken);
    assert.ok(after.expiresAt > Date.now() + 60_000);
    const renewals = window.operations.filter(({ operationName }) => operationName === "RefreshSession");
    assert.equal(renewals.length, 1);
  },

  async showsATweetLive(open) {
    const [reader, author] = [await open(), await open()];
    await reader.signInAs("ann");
    await author.signInAs("bob");
    await reader.openTab("LiveTimeline");
    await reader.run();
    await reader.sent("subscribe", 1);
    await reader.page.waitForTimeout(1000); // the protocol does not say when the server has begun to listen

    const text = `seen live ${Date.now()}`;
    await author.openTab("PostTweet");
    const example = await author.text("operation.graphql");
    await author.write("operation.graphql", example.replace(/text: "[^"]*"/, `text: "${text}"`));
    await author.run();
    const posted = await author.responseWith('"postTweet"');
    assert.deepEqual(posted.data.postTweet.userErrors, []);

    const event = await reader.responseWith(text);
    const { tweet } = event.data.homeTimeline.event.edge.node;
    assert.deepEqual(tweet, { id: posted.data.postTweet.tweet.id, text, author: { username: "bob" } });
  },

  async reconnectsTheSocketAsTheNewUser(open) {
    const window = await open();
    await window.signInAs("ann");
    await window.openTab("LiveTimeline");
    const annToken = (await keptSession(window)).accessToken;
    await window.run();
    await window.sent("subscribe", 1);
    await window.signInAs("bob");
    await window.sent("subscribe", 2);
    const bobToken = (await keptSession(window)).accessToken;
    const hellos = await window.sent("connection_init", 2);
    assert.deepEqual(
      hellos.map(({ payload }) => payload),
      [{ authorization: `Bearer ${annToken}` }, { authorization: `Bearer ${bobToken}` }],
    );
  },
};

function keptSession({ page }) {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem("chirp:session")));
}

function keepSession({ page }, session) {
  return page.evaluate((value) => sessionStorage.setItem("chirp:session", JSON.stringify(value)), session);
}

const [name, pageUrl, executablePath] = process.argv.slice(2);
const browser = await launch(executablePath, pageUrl);
const windows = [];
try {
  await SCENARIOS[name](async () => {
    const window = await Window.open(browser, pageUrl);
    windows.push(window);
    return window;
  });
  for (const window of windows) window.assertClean();
} finally {
  await browser.close();
}
