import assert from "node:assert/strict";

import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a browser that can reach nothing but the server under test. */
export function launch(executablePath, pageUrl) {
  const onlyTheServer = `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(pageUrl).hostname}`;
  return chromium.launch({ executablePath, args: [...ARGUMENTS, onlyTheServer] });
}

/** One window with the playground in it, with its own storage. */
export class Window {
  strayRequests = [];
  problems = [];
  operations = [];
  socketMessages = [];

  static async open(browser, pageUrl) {
    const context = await browser.newContext({ viewport: { width: 1360, height: 820 } });
    const window = new Window(await context.newPage(), new URL(pageUrl));
    await window.#watch(context);
    await window.load();
    return window;
  }

  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  async load() {
    await this.page.goto(this.url.href);
    await this.page.getByRole("button", { name: /Execute query/ }).waitFor();
    await this.page.waitForFunction(() => globalThis.__MONACO?.editor.getModels().length === 4);
  }

  async #watch(context) {
    await context.route("**/*", (route) => {
      if (new URL(route.request().url()).origin === this.url.origin) return route.continue();
      this.strayRequests.push(route.request().url());
      return route.abort();
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
      });
    });
    this.page.on("pageerror", (error) => this.problems.push(error.message));
    this.page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(message.text());
    });
    this.page.on("request", (request) => {
      if (request.method() === "POST") this.operations.push(request.postDataJSON());
    });
    this.page.on("websocket", (socket) => {
      if (new URL(socket.url()).host !== this.url.host) this.strayRequests.push(socket.url());
      socket.on("framesent", ({ payload }) => {
        this.socketMessages.push(JSON.parse(payload));
      });
    });
  }

  async signInAs(choice) {
    const menu = this.page.getByLabel(/Sign(ed)? in as/);
    await menu.selectOption(choice);
    await this.page.locator("label", { hasText: "Signed in as" }).waitFor();
    return menu.inputValue();
  }

  openTab(name) {
    return this.page.getByRole("tab", { name }).click();
  }

  run() {
    return this.page.getByRole("button", { name: /Execute query/ }).click();
  }

  text(editor) {
    return this.page.evaluate(textOf, editor);
  }

  write(editor, text) {
    return this.page.evaluate(
      ([name, value]) => {
        const models = globalThis.__MONACO.editor.getModels();
        models.find(({ uri }) => uri.path.endsWith(`-${name}`)).setValue(value);
      },
      [editor, text],
    );
  }

  /** The response, once it holds `part`. */
  async responseWith(part) {
    await this.page.waitForFunction(hasText, ["response.json", part]).catch(async (error) => {
      throw new Error(`no ${part} in the response, but: ${await this.text("response.json")}`, { cause: error });
    });
    return JSON.parse(await this.text("response.json"));
  }

  /** The messages of one type that the page has sent on its sockets, once there are `count`. */
  async sent(type, count) {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const messages = this.socketMessages.filter((message) => message.type === type);
      if (messages.length >= count) return messages;
      assert.ok(Date.now() < deadline, `${messages.length} ${type} messages sent, not ${count}`);
      await this.page.waitForTimeout(50);
    }
  }

  assertClean() {
    assert.deepEqual(this.strayRequests, []);
    assert.deepEqual(this.problems, []);
  }
}

function textOf(name) {
  const models = globalThis.__MONACO.editor.getModels();
  return models.find(({ uri }) => uri.path.endsWith(`-${name}`)).getValue();
}

function hasText([name, part]) {
  const models = globalThis.__MONACO.editor.getModels();
  return models.find(({ uri }) => uri.path.endsWith(`-${name}`)).getValue().includes(part);
}
