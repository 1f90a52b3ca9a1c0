// Usage: node clients.mjs <client> <URL of the API> <token> <attempts to reconnect>
// Takes operations as lines of JSON, {"query", "variables"}, and prints what the client makes of them, one thing a line.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client as UrqlClient, fetchExchange, subscriptionExchange } from "@urql/core";
import { EventSource } from "eventsource";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket; // Node.js has its own from version 22 on
const [name, url, token, attempts] = process.argv.slice(2);
const authorization = `Bearer ${token}`;
const RETRY_AFTER_MS = 50;

/** A graphql-ws client whose subscriptions go on behind the last event that was seen. */
function resumingSockets() {
  const client = createWsClient({
    url: url.replace(/^http/, "ws"),
    connectionParams: { authorization },
    retryAttempts: Number(attempts),
    retryWait: () => sleep(RETRY_AFTER_MS),
    shouldRetry: () => true, // also where nothing listens
  });
  const subscribe = (request, sink) => {
    const resumed = { ...request, variables: { ...request.variables } };
    return client.subscribe(resumed, {
      ...sink,
      next(result) {
        sink.next(result);
        resumed.variables.after = cursorOf(result) ?? resumed.variables.after;
      },
      error: (problem) => sink.error(problem),
      complete: () => sink.complete(),
    });
  };
  return { ...client, subscribe };
}

function cursorOf({ data }) {
  return Object.values(data ?? {})[0]?.cursor;
}

const CLIENTS = {
  "graphql-ws": () => resumingSockets().subscribe,

  "graphql-sse"() {
    let seen;
    const client = createSseClient({
      url,
      headers: () => ({ authorization, ...(seen && { "last-event-id": seen }) }),
      retryAttempts: Number(attempts),
      retry: () => sleep(RETRY_AFTER_MS),
      onMessage: ({ event, data }) => {
        if (event === "next") seen = cursorOf(data) ?? seen;
      },
    });
    return client.subscribe;
  },

  "@apollo/client"() {
    const http = new HttpLink({ uri: url, headers: { authorization } });
    const sockets = new GraphQLWsLink(resumingSockets());
    const client = new ApolloClient({
      link: ApolloLink.split(({ operationType }) => operationType === "subscription", sockets, http),
      cache: new InMemoryCache(),
    });
    return ({ query, variables }, sink) => {
      const document = gql(query);
      const told = ({ data, error }) => (error ? sink.error(error) : sink.next({ data }));
      const kind = kindOf(query);
      if (kind === "subscription") {
        client.subscribe({ query: document, variables }).subscribe({ ...sink, next: told });
      } else {
        const run = { query: client.query, mutation: client.mutate }[kind];
        run({ [kind]: document, variables }).then(told, sink.error).then(sink.complete);
      }
    };
  },

  "@urql/core"() {
    const sockets = resumingSockets();
    const forwardSubscription = (request) => ({
      subscribe: (sink) => ({ unsubscribe: sockets.subscribe(request, sink) }),
    });
    return urql([subscriptionExchange({ forwardSubscription }), fetchExchange], {});
  },

  "@urql/core by events": () => urql([fetchExchange], { fetchSubscriptions: true }),

  eventsource: () => (request, sink) => {
    const events = new EventSource(`${url}?${new URLSearchParams({ query: request.query })}`, {
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization } }),
    });
    events.addEventListener("next", ({ data }) => sink.next(JSON.parse(data)));
    events.addEventListener("complete", () => {
      events.close();
      sink.complete();
    });
    events.addEventListener("error", (problem) => {
      if (events.readyState === EventSource.CLOSED) sink.error(problem);
    });
  },
};

function urql(exchanges, options) {
  const client = new UrqlClient({
    url,
    exchanges,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    ...options,
  });
  return ({ query, variables }, sink) => {
    const kind = kindOf(query);
    client[kind](query, variables).subscribe(({ data, error }) => {
      if (error) sink.error(error.networkError ?? error);
      else sink.next({ data });
      if (kind !== "subscription") sink.complete();
    });
  };
}

function kindOf(query) {
  return query.split(" ", 1)[0];
}

function told(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function problemOf(problem) {
  const [first] = Array.isArray(problem) ? problem : [problem];
  const cause = first.cause ?? first;
  const code = cause.code ?? cause.extensions?.code ?? cause.response?.status ?? cause.statusCode ?? null;
  return { code, message: cause.reason || cause.message };
}

const execute = CLIENTS[name]();
for await (const line of createInterface({ input: process.stdin })) {
  execute(JSON.parse(line), {
    next: (result) => told({ next: result }),
    error: (problem) => told({ error: problemOf(problem) }),
    complete: () => told({ complete: true }),
  });
}
process.exit(0);
