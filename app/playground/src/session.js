import { ApiError, dataOf } from "./api.js";
import operations from "./operations/session.graphql";

// Per window, so that ann and bob can be signed in side by side in two windows.
const STORE = window.sessionStorage;
const KEY = "chirp:session";
const REFRESH_BEFORE_EXPIRY_MS = 60_000;

export const DEV_PEOPLE = { ann: "ann-dev-password", bob: "bob-dev-password" };

/** Who is signed in, and the tokens to prove it. Listeners hear every change of the session. */
export class Session {
  #endpoint;
  #current = JSON.parse(STORE.getItem(KEY));
  #refreshing = null;
  #listeners = new Set();

  constructor(endpoint) {
    this.#endpoint = endpoint;
  }

  username = () => this.#current?.username ?? null;

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async logIn(username) {
    this.#become(await this.#tokens("LogIn", { login: username, password: DEV_PEOPLE[username] }));
  }

  async register() {
    const username = `new_${randomHex(4)}`;
    const input = { username, displayName: "New user", email: `${username}@example.com`, password: randomHex(16) };
    this.#become(await this.#tokens("Register", input));
  }

  signOut() {
    this.#become(null);
  }

  /** The header that proves who is signed in; the access token in it has a minute left at least. */
  async authorization() {
    const session = this.#isAboutToExpire() ? await this.#refreshed() : this.#current;
    return session ? { authorization: `Bearer ${session.accessToken}` } : {};
  }

  /** Signs out, and says so, if the API no longer knows the session that this window kept. */
  async verify() {
    const kept = this.#current;
    if (!kept) return;
    const operation = { query: operations, operationName: "WhoAmI" };
    let problem = "";
    try {
      const { viewer } = await dataOf(this.#endpoint, operation, await this.authorization());
      if (viewer) return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem = `: ${error.message}`;
    }
    if (this.username() === kept.username) this.signOut();
    throw new ApiError(`The session of ${kept.username} is no longer valid${problem}`);
  }

  #isAboutToExpire() {
    return this.#current !== null && Date.now() > this.#current.expiresAt - REFRESH_BEFORE_EXPIRY_MS;
  }

  // A refresh token is good for one use: requests that start together share one refresh.
  #refreshed() {
    const before = this.#current;
    this.#refreshing ??= this.#tokens("RefreshSession", { refreshToken: before.refreshToken })
      .then(
        (after) => {
          if (this.#current === before) this.#become(after);
          return this.#current;
        },
        (error) => {
          if (this.#current === before) this.signOut();
          throw error;
        },
      )
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  async #tokens(operationName, input) {
    const data = await dataOf(this.#endpoint, { query: operations, operationName, variables: { input } });
    const [{ accessToken, refreshToken, viewer, userErrors }] = Object.values(data);
    if (userErrors.length > 0) throw new ApiError(userErrors.map((error) => error.message).join("; "));
    const expiresAt = Date.now() + lifetimeMs(accessToken);
    return { username: viewer.user.username, accessToken, refreshToken, expiresAt };
  }

  #become(next) {
    this.#current = next;
    if (next) STORE.setItem(KEY, JSON.stringify(next));
    else STORE.removeItem(KEY);
    for (const listener of this.#listeners) listener();
  }
}

// The span of the token, not its end: the clock of the browser may differ from the server's.
function lifetimeMs(accessToken) {
  const payload = accessToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const { iat, exp } = JSON.parse(atob(payload));
  return (exp - iat) * 1000;
}

function randomHex(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
