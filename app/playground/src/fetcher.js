import { getOperationAST, GraphQLError, parse } from "graphql";
import { CloseCode, createClient } from "graphql-ws";

import { send } from "./api.js";

/** Queries and mutations go over HTTP, subscriptions over a WebSocket; both carry the session's token. */
export function createFetcher(endpoint, session) {
  return async ({ query, variables, operationName }, { headers = {} } = {}) => {
    const proof = async () => withTypedHeaders(await session.authorization(), headers);
    const chosen = chosenOperation(query, operationName);
    const operation = { query, variables, operationName: chosen?.name?.value };
    if (chosen?.operation === "subscription") return liveResults(endpoint, operation, proof, session);
    return send(endpoint, operation, await proof());
  };
}

// Read from the text itself: just after a change of tabs, the name that GraphiQL gives is still that of the tab before.
function chosenOperation(query, operationName) {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document);
  } catch (error) {
    if (error instanceof GraphQLError) return null; // the API says what is wrong with the document
    throw error;
  }
}

function liveResults(endpoint, operation, proof, session) {
  return {
    subscribe(sink) {
      const client = createClient({
        url: socketUrl(endpoint),
        connectionParams: proof,
        shouldRetry: ({ code }) => code !== undefined && code !== CloseCode.Forbidden,
      });
      let username = session.username();
      const forgetSession = session.subscribe(() => {
        if (session.username() === username) return;
        username = session.username();
        client.terminate();
      });
      const unsubscribe = client.subscribe(operation, {
        next: (result) => sink.next(result),
        error(error) {
          forgetSession();
          sink.error(error instanceof CloseEvent ? new Error(`Socket closed: ${error.code} ${error.reason}`) : error);
        },
        complete() {
          forgetSession();
          sink.complete();
        },
      });
      return { unsubscribe };
    },
  };
}

function socketUrl(endpoint) {
  const url = new URL(endpoint, window.location.href);
  url.protocol = window.location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

// What is typed in the Headers tab wins over the session, whatever the case of its name.
function withTypedHeaders(authorization, typed) {
  const merged = new Headers(authorization);
  for (const [name, value] of Object.entries(typed)) merged.set(name, value);
  return Object.fromEntries(merged);
}
