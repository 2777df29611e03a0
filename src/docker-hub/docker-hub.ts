import type { Agent } from "node:https";
import type { AccessTokens, HubLogins } from "../domain/rotation-ports.ts";
import type { Timestamp } from "../domain/time.ts";
import { accessTokens } from "./access-tokens.ts";
import { identify } from "./identify.ts";
import { signIn } from "./sign-in.ts";
import { wire } from "./wire.ts";

export interface DockerHubSettings {
  /** Where connections come from; none is kept. */
  readonly agent: Agent;
  /** For each single request, from waiting for a connection to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** For waits that Docker Hub tells as a time and for codes of the second factor, where an answer has no Date of its own. */
  readonly now: () => Timestamp;
}

/** Docker Hub's API for logins and personal access tokens, at hub.docker.com over https. */
export function dockerHub({ agent, timeoutSeconds, now }: DockerHubSettings): {
  readonly logins: HubLogins;
  readonly accessTokens: AccessTokens;
} {
  const send = wire(agent, timeoutSeconds);
  return {
    logins: { signIn: signIn(send, now), identify: identify(send, now) },
    accessTokens: accessTokens(send, now),
  };
}
