import { az } from "./az.ts";
import { faultsOf } from "./choices.ts";
import { environment } from "./environment.ts";
import { refusal, runHook } from "./refusal.ts";

/*
 * azd's preprovision: what would otherwise fail, or go wrong without a word, after minutes.
 */

async function main(): Promise<boolean> {
  const from = environment();
  const faults = faultsOf(from);
  if (faults.length > 0)
    throw refusal(
      `azd's environment is not right (azd env get-values shows it, azd env set changes it):\n${faults.map((one) => `- ${one}`).join("\n")}`,
    );
  const { AZURE_SUBSCRIPTION_ID: id, PRIVATE_NETWORKING } = from;
  const subscription = id === undefined ? [] : ["--subscription", id];
  // postdeploy needs it, too; the words of az say what to do.
  await az("account", "show", ...subscription);
  // The app's subnet is delegated to Microsoft.App, of which no resource stands in the templates: ARM
  // registers by itself only the providers of those that do.
  if (PRIVATE_NETWORKING === "true")
    await az("provider", "register", "--namespace", "Microsoft.App", "--wait", ...subscription);
  return true;
}

await runHook(main);
