/**
 * The part of the page's script that holds the key, asks for the status every 5 s while the page is
 * seen, and shows one of its states: loading, key or sign-in wanted, data, data with a failure. Plain browser JavaScript.
 */
export const script = String.raw`
const $ = (id) => document.getElementById(id);
const store = {
  read() { try { return sessionStorage.getItem("larder-key"); } catch { return this.kept ?? null; } },
  write(key) { this.kept = key; try { sessionStorage.setItem("larder-key", key); } catch {} },
  clear() { this.kept = null; try { sessionStorage.removeItem("larder-key"); } catch {} },
};
let timer, run = 0, last, drawn = "";

function takeKeyFromAddress() {
  const found = /[#&]key=([^&]*)/.exec(location.hash);
  if (!found) return;
  let key = found[1];
  try { key = decodeURIComponent(key); } catch {}
  store.write(key.trim());
  history.replaceState(null, "", location.pathname + location.search);
}

function ask(message) {
  store.clear();
  last = undefined;
  drawn = "";
  $("registries").replaceChildren();
  show("ask");
  $("wrong").textContent = message;
  $("key").focus();
}

function show(state) {
  for (const name of ["loading", "ask", "data"]) $(name).hidden = name !== state;
  $("filter").hidden = state !== "data";
  $("forget").hidden = state === "ask" || store.read() === null;
  if (state === "ask") $("overall").hidden = $("updated").hidden = $("failure").hidden = true;
}

function draw() {
  const text = JSON.stringify([last.registries, $("filter").value]);
  if (text === drawn) return;
  drawn = text;
  const wanted = $("filter").value.trim().toLowerCase();
  const sections = last.registries.map((registry) => showRegistry(registry, wanted));
  $("registries").replaceChildren(...(sections.length > 0 ? sections
    : [make("p", "card empty", "This deployment serves no registry. Name one in its settings.")]));
}

function succeed(status) {
  last = status;
  show("data");
  $("failure").hidden = true;
  $("overall").hidden = $("updated").hidden = false;
  $("overall").className = "badge " + (status.health.healthy ? "good" : "bad");
  $("overall").textContent = status.health.healthy ? "Service healthy" : "Service unhealthy";
  $("updated").textContent = "Updated " + new Date().toLocaleTimeString();
  $("checks").replaceChildren(...showHealth(status.health));
  draw();
}

function fail(message) {
  $("loading").hidden = last !== undefined;
  $("loading").textContent = last ? "" : "No answer yet.";
  $("failure").hidden = false;
  $("failure").textContent = message + (last ? " What is shown is older." : "") + " Trying again every 5 seconds.";
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++run;
  const key = store.read();
  try {
    const response = await fetch("/api/status", {
      headers: key === null ? {} : { "x-functions-key": key },
      cache: "no-store",
      signal: AbortSignal.timeout(30000),
    });
    const body = await response.json().catch(() => undefined);
    if (mine !== run) return;
    // With an error of Larder's own, sign-in is on; the host and the platform in front send none.
    if (response.status === 401)
      return ask(body && body.error ? body.error.message : key === null ? "" : "This key was not accepted.");
    if (response.ok && body) succeed(body);
    else fail(body && body.error ? body.error.message : "The status could not be read (HTTP " + response.status + ").");
  } catch {
    if (mine !== run) return;
    fail("Larder did not answer.");
  }
  if (!document.hidden) timer = setTimeout(refresh, 5000);
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = $("key").value.trim();
  if (key === "") return;
  $("key").value = "";
  store.write(key);
  show("loading");
  refresh();
});
$("forget").addEventListener("click", () => { run += 1; clearTimeout(timer); ask(""); });
$("filter").addEventListener("input", () => { if (last) draw(); });
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden && $("ask").hidden) refresh();
});
addEventListener("hashchange", () => { takeKeyFromAddress(); refresh(); });
takeKeyFromAddress();
refresh();
`;
