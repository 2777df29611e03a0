/**
 * The part of the page's script that shows credential sets, the days their tokens have left and how
 * these are renewed, with the means of status-page-view.ts. Plain browser JavaScript.
 */
export const sets = String.raw`
const SET_HEALTH = { Healthy: "good", Unhealthy: "bad" };
const TRIGGER = {
  schedule: () => "on schedule",
  event: () => "on an event",
  request: (one) => "asked for by " + one.by,
  adoption: (one) => "on adoption by " + one.by,
};
const DAYS = { Y: 365, M: 30, W: 7, D: 1 };

/** Days of an ISO 8601 duration, what is under a day left out. */
function wholeDays(duration) {
  return [...duration.split("T")[0].matchAll(/(\d+)([YMWD])/g)]
    .reduce((sum, [, amount, unit]) => sum + Number(amount) * DAYS[unit], 0);
}

/** [tone, words] for what the live secret holds. Due is no trouble yet; the last week, or the last half of being due, is. */
function tokenLife({ token, rotation }) {
  if (!token) return ["", "Not seen yet"];
  if (token.works === "no") return ["bad", "Token refused"];
  const left = token.daysLeft;
  if (left === undefined) return ["warn", "No known end"];
  if (left < 0) return ["bad", "Expired"];
  const due = wholeDays(rotation.renewBefore);
  const tone = left > due ? "good" : left > Math.min(7, due / 2) ? "warn" : "bad";
  if (left === 0) return [tone, "Expires today"];
  return [tone, "Expires in " + (left > 999 ? Math.floor(left / 365) + " years" : left === 1 ? "1 day" : left + " days")];
}

const CODE = /(${"`"}[^${"`"}]+${"`"}|\baz(?: [a-z][a-z-]*)+(?: --[a-z-]+ (?:<[^<>]+>|"[^"]+"|[^\s".]+))+)/;

/** The same text with its commands (az …), and what stands between backticks, as code. */
function withCode(text) {
  const parts = text.split(CODE).map((part, index) => (index % 2 === 1 ? make("code", "", part.replaceAll("${"`"}", "")) : part));
  return make("span", "", ...parts);
}

/** What keeps a set's renewals from going on; those that pass by themselves are not among what is to be done. */
function problemsOf({ rotation: { problem, running, retiring } }) {
  return [problem, running && running.problem, ...retiring.map((one) => one.problem)].filter(Boolean);
}

function setBadges(set) {
  const badges = [badge(SET_HEALTH[set.health.status] || "", set.health.status)];
  if (!set.rotation) return badges;
  badges.push(badge(...tokenLife(set)));
  const { running, toDo } = set.rotation;
  if (running && running.state === "waiting") badges.push(badge("warn", "Token needed"));
  else if (problemsOf(set).some((one) => toDo.includes(one.message))) badges.push(badge("warn", "Held up"));
  else if (running) badges.push(badge("busy", "Renewing"));
  return badges;
}

function setNotes(set) {
  const text = [set.health.errorCode, set.health.errorMessage].filter(Boolean).join(": ");
  const notes = [text && note("bad", "ACR says:", text), set.remedy && note("bad", "To mend it:", withCode(set.remedy))];
  if (set.access.state === "needed") {
    const commands = set.access.commands.map((command) => make("code", "command", command));
    notes.push(note("warn", "Its identity may not read its secrets.", commands.length > 0 && (commands.length === 1 ? "Run:" : "Run one of:")), ...commands);
  }
  return notes;
}

/** Those whose old token is still being retired have succeeded, and may be newer than the last that has ended. */
function newestOf({ retiring, last }) {
  const at = (one) => one.endedAt || one.startedAt;
  return [...retiring, ...last].sort((a, b) => (at(a) < at(b) ? 1 : -1))[0];
}

function rotationNotes(set) {
  const { toDo } = set.rotation;
  const latest = newestOf(set.rotation);
  const tone = tokenLife(set)[0] === "bad" ? "bad" : "warn";
  const problems = problemsOf(set);
  const notes = toDo.map((one) => {
    const problem = problems.find(({ message }) => message === one);
    return note(tone, "To do:", make("span", "", withCode(one),
      problem && make("span", "soft", " (" + problem.code + ", since ", moment(problem.since), ")")));
  });
  for (const one of problems) {
    if (!toDo.includes(one.message)) notes.push(note("", one.code + ":", make("span", "", withCode(one.message), " Since ", moment(one.since), ".")));
  }
  if (latest && latest.failure) notes.push(note("bad", "The last rotation failed, " + latest.failure.code + ":", withCode(latest.failure.message)));
  return notes;
}

function ended(one) {
  return make("span", "", one.state === "failed" ? "failed " : "succeeded ", moment(one.endedAt || one.startedAt), ", "
    + (TRIGGER[one.trigger] ? TRIGGER[one.trigger](one) : one.trigger) + (one.reason ? ": " + one.reason : ""));
}

function setDetails(set) {
  const { token, rotation } = set;
  const code = (text) => text && make("code", "", text);
  const past = rotation && rotation.last.length > 1 && make("span", "", ...rotation.last.map((one) => make("div", "", ended(one))));
  const old = rotation && rotation.retiring.filter((one) => one.oldTokenUuid);
  return unfolding("set " + set.id, [
    ["Token", token && make("span", "", code(token.uuid) || "of no known id", token.kind && " · " + token.kind)],
    ["Its end", token && token.expiresOn && moment(token.expiresOn)],
    ["Old token", old && old.length > 0 && make("span", "", ...old.map((one) => make("div", "", code(one.oldTokenUuid))))],
    ["Looked at", token && moment(token.checkedAt)],
    ["Policy", rotation && make("span", "", "lives ", code(rotation.lifetime), ", renewed ", code(rotation.renewBefore), " before its end; the old one has a grace of ",
      code(rotation.grace), " and is kept disabled for ", code(rotation.retention), "; scope ", code(rotation.scope))],
    ["Proof", rotation && rotation.canary && make("span", "", "a pull of ", code(rotation.canary))],
    ["User name", code(set.usernameSecretId)],
    ["Live secret", code(set.passwordSecretId)],
    ["Pending secret", code(set.pendingSecretId)],
    ["Adopted", rotation && make("span", "", moment(rotation.adoptedAt), " by " + rotation.adoptedBy)],
    ["Rotations", past],
  ]);
}

/** What is said of a set whose token Larder does not renew; nothing while its records cannot be read. */
function unadopted(set, unread) {
  if (unread) return "";
  if (set.loginServer !== "docker.io") return make("div", "soft", "Larder renews tokens of docker.io only.");
  return make("div", "soft", "Larder does not renew its token. To have it renewed: ",
    make("code", "", "PUT /api/registries/" + set.registry + "/credential-sets/" + set.name));
}

/** The same text with the ids of tokens shortened, which the details have whole. */
function withIds(text) {
  const parts = text.split(/\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/).map((part, index) => {
    if (index % 2 === 0) return withCode(part);
    const short = make("code", "", part.slice(0, 8));
    short.title = part;
    return short;
  });
  return make("span", "", ...parts);
}

function standing({ rotation: { state, next } }) {
  const then = next && make("div", "", make("span", "soft", "Next: "), withIds(next.what), next.at && ", ", next.at && moment(next.at));
  return [make("div", "", withIds(state)), then];
}

function showSet(set, unread) {
  const { rotation } = set;
  const how = rotation && " · " + rotation.account + ", " + rotation.mode;
  const arm = set.provisioningState === undefined ? " · not in the registry" : set.provisioningState !== "Succeeded" && " · " + set.provisioningState;
  const latest = rotation && newestOf(rotation);
  return make("li", "check set", make("div", "badges", ...setBadges(set)),
    make("div", "", make("div", "", make("span", "name", set.name), make("span", "soft", " for " + set.loginServer, how, arm)),
      ...(rotation ? standing(set) : [unadopted(set, unread)]), ...setNotes(set), ...(rotation ? rotationNotes(set) : []),
      ...set.notes.map((text) => note("", "", withCode(text))),
      latest && make("div", "soft times", "Last rotation ", ended(latest)), setDetails(set)));
}

function showSets(registry) {
  const unread = registry.rotationProblem;
  const shown = block("Credential sets", registry.credentialSets.map((set) => showSet(set, unread)), "The registry has none.");
  if (unread) shown.append(note("bad", "The renewal of their tokens could not be read:", unread));
  return shown;
}
`;
