// `npm start` as a newcomer sees it: it gets ready, takes a rule over HTTP, makes it active, and
// serves a pull through it. Plain JavaScript on whatever Node is there; no dependency.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";

const patience = 240_000;
const started = Date.now();
const app = spawn("npm", ["start"], { stdio: ["ignore", "pipe", "inherit"], detached: true });

/** Ends `npm start` and everything it started. */
function stop(code, message) {
  console.log(message);
  try {
    if (app.pid) process.kill(-app.pid, "SIGTERM");
  } catch {}
  setTimeout(() => process.exit(code), 2000);
}

const ready = new Promise((resolve, reject) => {
  let text = "";
  app.stdout.on("data", (chunk) => {
    process.stdout.write(chunk);
    text += chunk;
    if (/^Larder is ready: http:\/\/127\.0\.0\.1:\d+\/api\/$/m.test(text)) resolve();
  });
  app.on("exit", (code) => reject(new Error(`npm start ended with ${code}`)));
  setTimeout(() => reject(new Error("npm start was not ready in time")), patience).unref();
});

async function until(what, probe) {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} did not happen within 30 s`);
}

function get(url, ca) {
  return new Promise((resolve, reject) => {
    const accept =
      "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
    request(url, { ca, headers: { accept } }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer));
    })
      .on("error", reject)
      .end();
  });
}

async function pull(local, path) {
  const ca = readFileSync(local.ca);
  const first = await get(`https://${local.registry.loginServer}/v2/${path}`, ca);
  if (first.statusCode !== 401) return first;
  // Anonymous pull still wants a token, as every registry client knows.
  const [, realm] = /realm="([^"]+)"/.exec(first.headers["www-authenticate"]);
  const [, service] = /service="([^"]+)"/.exec(first.headers["www-authenticate"]);
  const [, scope] = /scope="([^"]+)"/.exec(first.headers["www-authenticate"]);
  const token = await new Promise((resolve, reject) => {
    request(
      `${realm}?service=${encodeURIComponent(service)}&scope=${encodeURIComponent(scope)}`,
      { ca },
      (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve(JSON.parse(text).access_token));
      },
    )
      .on("error", reject)
      .end();
  });
  return new Promise((resolve, reject) => {
    request(
      `https://${local.registry.loginServer}/v2/${path}`,
      { ca, headers: { authorization: `Bearer ${token}`, accept: "*/*" } },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer));
      },
    )
      .on("error", reject)
      .end();
  });
}

try {
  await ready;
  console.log(`ready after ${Math.round((Date.now() - started) / 1000)} s`);
  const local = JSON.parse(readFileSync(".larder/local.json", "utf8"));
  const url = `${local.api.replace(/\/$/, "")}/registries/${local.registry.name}/rules/smoke-rule`;
  const headers = { "content-type": "application/json", "x-functions-key": local.functionKey };
  const body = JSON.stringify({ source: "docker.io/nginx", target: "smoke/nginx" });
  const asked = await fetch(url, { method: "PUT", headers, body });
  if (asked.status !== 201) throw new Error(`PUT answered ${asked.status}: ${await asked.text()}`);
  await until(
    "an active rule",
    async () => (await (await fetch(url, { headers })).json()).status === "active",
  );
  await until(
    "a pull",
    async () => (await pull(local, "smoke/nginx/manifests/latest")).statusCode === 200,
  );
  const page = await fetch(local.api);
  if (page.status !== 200) throw new Error(`the status page answered ${page.status}`);
  stop(0, "npm start: ready, rule active, image pulled, page served");
} catch (error) {
  stop(1, `npm start: ${error.message}`);
}
