import { useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";

import { dataOf } from "./api.js";
import { LIKE_AND_FOLLOW } from "./examples.js";
import newestTweet from "./operations/newest-tweet.graphql";

const FILLED_KEY = "chirp:filled-variables";

/** Fills the variables of the LikeAndFollow tab with ids that exist, unless somebody typed their own. */
export function useExampleVariables({ endpoint, username, onError }) {
  const { title, editor } = useGraphiQL(({ tabs, activeTabIndex, variableEditor }) => ({
    title: tabs[activeTabIndex].title,
    editor: variableEditor,
  }));

  useEffect(() => {
    if (title !== LIKE_AND_FOLLOW || !editor) return undefined;
    const before = editor.getValue();
    if (before !== "" && before !== localStorage.getItem(FILLED_KEY)) return undefined;
    let isCurrent = true;
    idsOf(endpoint, username === "bob" ? "ann" : "bob").then((ids) => {
      if (!isCurrent || editor.getValue() !== before) return;
      const text = JSON.stringify(ids, null, 2);
      localStorage.setItem(FILLED_KEY, text);
      editor.setValue(text);
    }, onError);
    return () => {
      isCurrent = false;
    };
  }, [title, editor, endpoint, username, onError]);
}

async function idsOf(endpoint, username) {
  const { user } = await dataOf(endpoint, { query: newestTweet, variables: { username } });
  return { tweetId: user?.tweets?.nodes[0]?.id ?? "", userId: user?.id ?? "" };
}
