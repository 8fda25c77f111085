// A game client: what a game does over REST.

import { randomBytes } from "node:crypto";

/** Signs a player in by device; by a new one when none is given. */
export async function player(base, deviceId = randomBytes(16).toString("hex")) {
  const tokens = await call(base, "POST", "/api/v1/login/device", { device_id: deviceId });
  return new Player(base, deviceId, tokens);
}

/** Signs several new players in. */
export async function players(base, count) {
  const all = [];
  for (let n = 0; n < count; n += 1) all.push(await player(base));
  return all;
}

/** A signed-in player. */
class Player {
  #base;

  constructor(base, deviceId, tokens) {
    this.#base = base;
    this.deviceId = deviceId;
    this.tokens = tokens;
    this.id = tokens.user_id;
  }

  me() {
    return this.#call("GET", "/me");
  }

  rename(name) {
    return this.#call("PATCH", "/me/display_name", { display_name: name });
  }

  openLobby(input = {}) {
    return this.#call("POST", "/lobbies", input);
  }

  join(lobby) {
    return this.#call("POST", `/lobbies/${lobby.id}/join`, {});
  }

  /** What a member says of themselves. */
  updateMember(patch) {
    return this.#call("PATCH", "/lobbies/me", patch);
  }

  updateLobby(patch) {
    return this.#call("PATCH", "/lobbies", patch);
  }

  kick(member) {
    return this.#call("POST", "/lobbies/kick", { target_user_id: member.id });
  }

  /** Changes what is theirs of a lobby. */
  changeSeat(patch) {
    return this.#call("PATCH", "/lobbies/me", patch);
  }

  leave() {
    return this.#call("POST", "/lobbies/leave");
  }

  logOut() {
    return this.#call("DELETE", "/logout");
  }

  /** The same player, as seen from another address of the server. */
  at(base) {
    return new Player(base, this.deviceId, this.tokens);
  }

  #call(method, path, body) {
    return call(this.#base, method, `/api/v1${path}`, body, this.tokens.access_token);
  }
}

/** Asks the API, and gives what it answers; fails if it refuses. */
export async function call(base, method, path, body, token) {
  const headers = {
    ...(body && { "content-type": "application/json" }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(`${base}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
