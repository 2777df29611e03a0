/*
 * What scheduled work leaves behind when it has run: that it came to its end, and that it then had
 * no failure to report.
 */

export const reconcileRan = "reconcile-rules-ran";
export const reconcileJob = "reconcile-rules";

export const sweepRan = "sweep-ran";
export const sweepJob = "sweep";

export const rotationsRan = "rotations-ran";
export const rotationsJob = "rotations";

export const reportRan = "report-ran";
export const reportJob = "report";
