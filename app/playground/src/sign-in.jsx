import { useState } from "react";

import { DEV_PEOPLE } from "./session.js";

const NEW_USER = "(new user)";
const SIGNED_OUT = "(signed out)";

/** The dev world's people in one menu; its value is always who is signed in now. */
export function SignIn({ session, username, onError }) {
  const [isBusy, setIsBusy] = useState(false);
  const isStranger = username !== null && !(username in DEV_PEOPLE);

  async function become(choice) {
    setIsBusy(true);
    onError(null);
    try {
      if (choice === SIGNED_OUT) session.signOut();
      else if (choice === NEW_USER) await session.register();
      else await session.logIn(choice);
    } catch (error) {
      onError(error);
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <label className="chirp-sign-in" data-signed-in={username !== null}>
      <span>{username === null ? "Sign in as" : "Signed in as"}</span>
      <select value={username ?? SIGNED_OUT} disabled={isBusy} onChange={(event) => become(event.target.value)}>
        {Object.keys(DEV_PEOPLE).map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        {isStranger && <option value={username}>{username}</option>}
        <option value={NEW_USER}>new user</option>
        <option value={SIGNED_OUT}>signed out</option>
      </select>
    </label>
  );
}
