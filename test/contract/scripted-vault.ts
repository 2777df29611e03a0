import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { type VaultClients, vaultClients } from "../../src/azure/vault-clients.ts";
import { faults } from "../local/faults.ts";
import { requestLog } from "../local/request-log.ts";
import { type Answer, type Call, listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";

export interface ScriptedVault {
  readonly url: string;
  readonly clients: VaultClients;
  /** What the vault answers from now on, once it is shown a token. */
  script(answer: (call: Call) => Answer): void;
  close(): Promise<void>;
}

const challenge: Answer = {
  status: 401,
  headers: {
    "WWW-Authenticate":
      'Bearer authorization="https://login.microsoftonline.com/contoso", resource="https://vault.azure.net"',
  },
};

/** A vault on a real socket that answers as it is told, for what no vault in its senses answers. */
export async function scriptedVault(): Promise<ScriptedVault> {
  let script: (call: Call) => Answer = () => ({ status: 500 });
  const certificate = await authority([]);
  setDefaultCACertificates([...getCACertificates("default"), certificate.ca]);
  const service = {
    name: "vault",
    endpoint: ({ method }: Call) => method,
    answer: (call: Call) => (call.headers.authorization ? script(call) : challenge),
  };
  const around = { faults: faults(), log: requestLog(), delayMs: 0 };
  const listener = await listen(service, around, { certificate });
  const trusted = { suffixes: [], hosts: [new URL(listener.url).host] };
  const expiresOnTimestamp = Date.now() + 3_600_000;
  const credential = { getToken: async () => ({ token: "any", expiresOnTimestamp }) };
  return {
    url: listener.url,
    clients: vaultClients(trusted, credential),
    script: (answer) => {
      script = answer;
    },
    close: () => listener.close(),
  };
}
