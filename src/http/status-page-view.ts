/**
 * The part of the page's script that turns a status into elements. Plain browser JavaScript.
 * Everything that comes from outside goes in by textContent, so no text can become markup.
 */
export const view = String.raw`
const RULE_STATUS = {
  active: ["good", "Active"],
  requested: ["busy", "Requested"],
  deleting: ["busy", "Deleting"],
  awaitingApproval: ["warn", "Awaiting approval"],
  failed: ["bad", "Failed"],
  rejected: ["", "Rejected"],
  unmanaged: ["", "Unmanaged"],
};
const ORDER = ["failed", "awaitingApproval", "requested", "deleting", "unmanaged", "rejected", "active"];
const opened = new Set();

function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const part of content) {
    if (part === undefined || part === null || part === "" || part === false) continue;
    element.append(part instanceof Node ? part : document.createTextNode(String(part)));
  }
  return element;
}
const badge = (tone, text) => make("span", "badge " + tone, text);

function moment(iso) {
  const time = make("time", "soft", new Date(iso).toLocaleString(undefined, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" }));
  time.dateTime = iso;
  time.title = iso;
  return time;
}

function note(tone, head, text) {
  return make("p", "note " + tone, head && make("b", "", head + " "), text);
}

function ruleNotes(rule) {
  const notes = [];
  if (rule.failure) {
    notes.push(note("bad", rule.failure.code + ":", rule.failure.message));
    notes.push(note("bad", "To mend it:", rule.failure.remedy));
  }
  if (rule.drift) notes.push(note("warn", "Drift:", rule.drift.message));
  for (const text of rule.notes) notes.push(note("", "", text));
  return notes;
}

/** Rows of [name, value] that can be unfolded, and stay so through the next drawing. Rows without a value are left out. */
function unfolding(key, rows) {
  const list = make("dl", "");
  for (const [name, value] of rows) if (value) list.append(make("dt", "", name), make("dd", "", value));
  const details = make("details", "", make("summary", "", "Details"), list);
  details.open = opened.has(key);
  details.addEventListener("toggle", () => (details.open ? opened.add(key) : opened.delete(key)));
  return details;
}

function ruleDetails(rule) {
  return unfolding(rule.registry + "/" + rule.name, [
    ["Requested", make("span", "", moment(rule.requestedAt), " by " + rule.requestedBy)],
    ["Decided by", rule.decidedBy],
    ["Changed", moment(rule.updatedAt)],
    ["Reason", rule.reason],
    ["Refresh", rule.refresh && rule.refresh.tags.join(", ") + (rule.refresh.every ? " every " + rule.refresh.every : "")],
    ["Expires", rule.expiresOn && moment(rule.expiresOn)],
    ["In ARM", rule.live ? rule.live.provisioningState : "no such rule"],
    ["Pull", rule.status === "active" && rule.pull && make("code", "", rule.pull)],
  ]);
}

function showRule(rule, sets) {
  const [tone, text] = RULE_STATUS[rule.status] || ["", rule.status];
  const set = sets.find((one) => one.name === rule.credentialSet);
  const badges = make("div", "badges", badge(tone, text), rule.drift && badge("warn", "Drift"));
  const mapping = make("div", "", make("code", "", rule.source), make("span", "arrow", "→"), make("code", "", rule.target));
  const unwell = set && set.health.status !== "Healthy";
  const credentials = make("div", "", make("span", "label", "Credential set"), rule.credentialSet || make("span", "soft", "none"),
    unwell && " ", unwell && badge(SET_HEALTH[set.health.status] || "", set.health.status));
  const owner = make("div", "", make("span", "label", "Owner"), rule.owner || make("span", "soft", "none"));
  const more = make("div", "more", ...ruleNotes(rule), ruleDetails(rule));
  return make("li", "rule", badges, make("div", "", make("div", "name", rule.name), mapping), credentials, owner, more);
}

function showEvent(entry) {
  const words = entry.event.replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase());
  return make("li", "event", moment(entry.at), make("b", "", words),
    make("span", "", make("b", "", entry.resource), " ", shortened(entry.message), make("span", "soft", " · " + entry.by)));
}

function block(title, items, empty) {
  const inside = items.length > 0 ? make("ul", "list", ...items) : make("p", "empty", empty);
  return make("section", "block", make("h3", "", title), inside);
}

function showRegistry(registry, wanted) {
  const words = (rule) => [rule.name, rule.source, rule.target, rule.owner, rule.status].join(" ").toLowerCase();
  const rules = registry.rules.filter((rule) => words(rule).includes(wanted))
    .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (a.name < b.name ? -1 : 1));
  const none = wanted && registry.rules.length > 0 ? "No rule matches the filter."
    : "No rules yet. Request one with PUT /api/registries/" + registry.name + "/rules/{name}.";
  const shown = rules.length === registry.rules.length ? rules.length : rules.length + " of " + registry.rules.length;
  return make("section", "card",
    make("div", "title", make("h2", "", registry.name), make("span", "soft", registry.loginServer)),
    registry.problem && note("bad", "This registry could not be read:", registry.problem),
    !registry.problem && showSets(registry),
    showFreshness(registry.freshness),
    !registry.problem && block("Rules (" + shown + ")", rules.map((rule) => showRule(rule, registry.credentialSets)), none),
    block("Recent history", registry.history.map(showEvent), "Nothing has happened yet."));
}

function showHealth(health) {
  return health.checks.map((check) => make("li", "check",
    make("div", "", badge(check.healthy ? "good" : "bad", check.healthy ? "Healthy" : "Unhealthy")),
    make("div", "", make("b", "", check.name), " ", make("span", "soft", check.message))));
}
`;
