// Prints "passed failed skipped" of a vitest JSON report; what was not run at all counts as skipped.
import { readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
const skipped = testResults.flatMap(({ assertionResults }) =>
  assertionResults.filter(({ status }) => status !== "passed" && status !== "failed"),
);
for (const { fullName } of skipped) console.error(`skipped: ${fullName}`);
if (numPassedTests + numFailedTests === 0) throw new Error("no test ran");
console.log(numPassedTests, numFailedTests, numPendingTests + numTodoTests);
