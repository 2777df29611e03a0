import { createHash } from "node:crypto";
import { freshness } from "./status-page-freshness.ts";
import { script } from "./status-page-script.ts";
import { sets } from "./status-page-sets.ts";
import { style } from "./status-page-style.ts";
import { view } from "./status-page-view.ts";

const code = `(() => {\n"use strict";\n${view}${freshness}${sets}${script}})();\n`;

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Larder</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>Larder</h1>
<span id="overall" class="badge" hidden></span>
<span id="updated" class="soft push" hidden></span>
<input id="filter" type="search" placeholder="Filter rules" aria-label="Filter rules" hidden>
<button id="forget" class="plain" type="button" hidden>Forget key</button>
</header>
<main>
<p id="failure" class="banner" role="alert" hidden></p>
<p id="loading" class="soft">Loading…</p>
<section id="ask" class="card" hidden>
<h2>Function key or sign-in</h2>
<p class="soft">This page shows data only with a function key of this app, which stays in this tab and goes nowhere else; or, where this deployment has it, once you <a href="/.auth/login/aad?post_login_redirect_uri=/api/">sign in</a>.</p>
<form id="form">
<input id="key" type="password" autocomplete="off" spellcheck="false" aria-label="Function key">
<button class="main">Show</button>
</form>
<p id="wrong" class="wrong" role="alert"></p>
</section>
<div id="data" hidden>
<div id="registries"></div>
<section class="card"><h3>Health checks</h3><ul id="checks" class="list"></ul></section>
</div>
<noscript>This page needs JavaScript. The same data: GET /api/status.</noscript>
</main>
<script>${code}</script>
</body>
</html>
`;

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The page without any data, and the headers that hold it to itself: its own script and style, its own server, no cookies. */
export const statusPage = {
  html,
  headers: {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": [
      "default-src 'none'",
      `script-src ${hash(code)}`,
      `style-src ${hash(style)}`,
      "img-src data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
  },
} as const;
