import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./playground.css";
import "./workers.js";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { useEffect, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";

import { useExampleVariables } from "./example-variables.js";
import { EXAMPLE_TABS } from "./examples.js";
import { createFetcher } from "./fetcher.js";
import { Session } from "./session.js";
import { SignIn } from "./sign-in.jsx";

const root = document.getElementById("playground");
const { endpoint, devSignIn } = root.dataset;
const session = new Session(endpoint);
const fetcher = createFetcher(endpoint, session);
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin()];

function Playground() {
  const [error, setError] = useState(null);
  const username = useSyncExternalStore(session.subscribe, session.username);

  useEffect(() => {
    session.verify().catch(setError);
  }, []);

  return (
    <>
      {error && (
        <div className="chirp-error" role="alert">
          <span>{error.message}</span>
          <button type="button" aria-label="Dismiss" onClick={() => setError(null)}>
            ×
          </button>
        </div>
      )}
      <GraphiQL
        fetcher={fetcher}
        plugins={PLUGINS}
        defaultTabs={EXAMPLE_TABS}
        defaultEditorToolsVisibility="variables"
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>
          <span className="chirp-name">Chirp</span>
          {devSignIn === "true" && <DevWorld username={username} onError={setError} />}
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

function DevWorld({ username, onError }) {
  useExampleVariables({ endpoint, username, onError });
  return <SignIn session={session} username={username} onError={onError} />;
}

createRoot(root).render(<Playground />);
