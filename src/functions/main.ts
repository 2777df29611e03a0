import { app } from "@azure/functions";
import { larder } from "../larder.ts";
import { endpoints } from "./endpoints.ts";
import { reconcile } from "./reconcile.ts";
import { registrations } from "./register.ts";
import { ruleWork } from "./rule-work.ts";

for (const { name, options } of registrations(endpoints(larder), () => larder().signInEnabled))
  app.http(name, options);
app.storageQueue("ruleWork", ruleWork(larder));
app.timer("reconcile", reconcile(larder));
