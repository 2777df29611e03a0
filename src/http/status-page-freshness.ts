/**
 * The part of the page's script that shows how fresh a registry's tags are, with the means of
 * status-page-view.ts. Plain browser JavaScript.
 */
export const freshness = String.raw`
const TAG_STATUS = {
  fresh: ["good", "Fresh"],
  cooling: ["busy", "Cooling"],
  refreshing: ["busy", "Refreshing"],
  deferred: ["warn", "Deferred"],
  stale: ["warn", "Stale"],
  unknown: ["warn", "Unknown"],
  unverified: ["bad", "Unverified"],
  gone: ["bad", "Gone"],
  pinned: ["", "Pinned"],
  locked: ["", "Locked"],
};

/** What the tag itself answers may be of no use. */
const DOUBTFUL = new Set(["unverified", "gone", "refreshing"]);

function digest(value) {
  if (!value) return make("span", "soft", "nothing");
  const short = make("code", "digest", value.slice(0, value.indexOf(":") + 13));
  short.title = value;
  return short;
}

/** The same text with its digests shortened. */
function shortened(text) {
  const parts = text.split(/(sha256:[0-9a-f]{64})/);
  return make("span", "", ...parts.map((part, index) => (index % 2 === 1 ? digest(part) : part)));
}

function tagTimes(tag) {
  const line = make("div", "soft times", "Checked ", moment(tag.checkedAt));
  if (tag.changedAt) line.append(" · changed ", moment(tag.changedAt));
  if (tag.nextCheckAt) line.append(" · next check ", moment(tag.nextCheckAt));
  return line;
}

function tagNotes(tag) {
  const notes = [];
  if (tag.adoptedEarly) {
    notes.push(note("warn", "Adopted early:", make("span", "", "ACR itself took ", digest(tag.adoptedEarly.digest), " at ",
      moment(tag.adoptedEarly.at), ", on somebody's pull, before the cool-off was over.")));
  }
  if (tag.lastGood && tag.lastGood.pull && DOUBTFUL.has(tag.status)) {
    notes.push(note("", "Last proved to be served:", make("code", "", tag.lastGood.pull)));
  }
  if (tag.pin) notes.push(note("", "Pinned by " + tag.pin.by + ":", tag.pin.reason));
  if (tag.note) notes.push(note("", "", shortened(tag.note)));
  return notes;
}

function showTag(tag) {
  const [tone, text] = TAG_STATUS[tag.status] || ["", tag.status];
  const digests = make("div", "", make("span", "soft", "cached "), digest(tag.cachedDigest),
    make("span", "soft", " · upstream "), digest(tag.upstreamDigest));
  return make("li", "check tag", make("div", "", badge(tone, text)),
    make("div", "", make("div", "name", tag.repository + ":" + tag.tag), make("div", "", shortened(tag.reason)), digests, tagTimes(tag),
      ...tagNotes(tag)));
}

function showCounts(counts) {
  const badges = Object.keys(TAG_STATUS).filter((status) => counts[status] > 0)
    .map((status) => badge(TAG_STATUS[status][0], counts[status].toLocaleString() + " " + TAG_STATUS[status][1].toLowerCase()));
  return make("div", "badges counts", ...badges);
}

function showFreshness(found) {
  if (!found) return make("section", "block", make("h3", "", "Freshness"), note("bad", "", "State storage did not answer."));
  if (found.repositories === 0) return block("Freshness", [], "No tags are compared yet. Give a rule a refresh policy.");
  const where = make("span", "soft", "in " + found.repositories.toLocaleString() + (found.repositories === 1 ? " repository" : " repositories"));
  if (found.oldestCheckAt) where.append(", the oldest checked ", moment(found.oldestCheckAt));
  if (found.unchecked > 0) where.append(", " + found.unchecked.toLocaleString() + " not checked yet");
  const troubles = found.troubles.map((one) => note("warn", one.repository + ":",
    make("span", "", shortened(one.message), " Since ", moment(one.since), ".")));
  return make("section", "block freshness", make("h3", "", "Freshness"),
    make("div", "summary", showCounts(found.counts), where), ...troubles,
    found.attention.length > 0 && make("ul", "list", ...found.attention.map(showTag)));
}
`;
