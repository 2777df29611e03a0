import { app } from "@azure/functions";
import { larder } from "../larder.ts";
import { endpoints } from "./endpoints.ts";
import { reconcile } from "./reconcile.ts";
import { refreshWork } from "./refresh-work.ts";
import { registrations } from "./register.ts";
import { reportTimer } from "./report.ts";
import { rotationSweep } from "./rotation-sweep.ts";
import { rotationWork } from "./rotation-work.ts";
import { ruleWork } from "./rule-work.ts";
import { secretEvents } from "./secret-events.ts";
import { sweepTimer } from "./sweep.ts";

const { signIn, keyless } = {
  signIn: () => larder().signInEnabled,
  keyless: () => larder().keyless,
};
for (const { name, options } of registrations(endpoints(larder), signIn, keyless))
  app.http(name, options);
app.storageQueue("ruleWork", ruleWork(larder));
app.storageQueue("refreshWork", refreshWork(larder));
app.storageQueue("rotationWork", rotationWork(larder));
app.eventGrid("secretEvents", secretEvents(larder));
app.timer("reconcile", reconcile(larder));
app.timer("sweep", sweepTimer(larder));
app.timer("rotationSweep", rotationSweep(larder));
app.timer("report", reportTimer(larder));

// A faulty setting is named once, where the platform shows it, and not by every call that it spoils.
try {
  larder();
} catch (error) {
  console.error(error instanceof Error && error.cause ? error.cause : error);
}
