// The bench: the release program on one core, the load on the other, nginx with the same bytes beside it. Prints a table and
// ends with 1 when a figure misses its aim. Usage: node bench.mjs PROGRAM
import autocannon from "autocannon";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const program = process.argv[2];
const here = import.meta.dirname;
const data = mkdtempSync(path.join(tmpdir(), "hunitong-bench-"));
const tokens = { staff: "bench-staff-token", member: "bench-member-token" };
const rows = [];

/** Notes a figure and whether it reaches its aim; `aim` is an upper bound. */
function figure(name, value, unit, aim) {
  rows.push({ figure: name, value: `${Math.round(value * 100) / 100} ${unit}`, aim: aim === undefined ? "" : `≤ ${aim} ${unit}`, met: aim === undefined ? "" : value <= aim ? "yes" : "NO" });
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** Starts a program on the first core and waits until it answers; returns it and the milliseconds that took. */
async function start(command, url, env = {}) {
  const began = performance.now();
  const child = spawn("taskset", ["-c", "0", ...command], { env: { PATH: process.env.PATH, ...env }, stdio: "ignore" });
  while (!(await fetch(url).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null) throw new Error(`${command[0]} ended at its start`);
    await pause(2);
  }
  return { child, took: performance.now() - began };
}

function resident(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** The 99th percentile in milliseconds at a steady rate, corrected for coordinated omission. */
async function p99(url, rate, headers) {
  const result = await autocannon({ url, overallRate: rate, connections: 10, duration: 15, headers });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.latency.p99;
}

/** Most requests in a second. */
function peak(url, headers = {}) {
  const options = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const text = execFileSync("wrk", ["-t1", "-c32", "-d8s", ...options, url], { encoding: "utf8" });
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]);
}

/** The median milliseconds of a page, asked for one after the other. */
async function median(url, headers) {
  const times = [];
  for (let n = 0; n < 200; n++) {
    const began = performance.now();
    await (await fetch(url, { headers })).arrayBuffer();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[100];
}

/** Bytes of an answer as they travel with brotli. */
function wire(url, cookie) {
  const options = cookie ? ["-H", `Cookie: ${cookie}`] : [];
  return Number(execFileSync("curl", ["-s", "-o", "/dev/null", "-H", "Accept-Encoding: br", ...options, "-w", "%{size_download}", url], { encoding: "utf8" }));
}

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const env = { HUNITONG_DATA_DIR: data, HUNITONG_ADDR: `127.0.0.1:${port}`, RUST_LOG: "warn" };
execFileSync(program, ["migrate"], { env });
execFileSync("python3", [path.join(here, "fill.py"), path.join(data, "hunitong.db"), tokens.staff, tokens.member]);

const portal = await start([program, "serve"], `${base}/notices`, env);
const pid = portal.child.pid;
figure("start to first page", portal.took, "ms", 300);
await pause(3000);
figure("resident, idle", resident(pid), "MiB", 60);

const list = `${base}/notices`;
const html = await (await fetch(list)).text();
const notice = `${base}${/href="(\/notices\/[0-9a-f-]{36})"/.exec(html)[1]}`;
figure("public notice list, p99 at 200/s", await p99(list, 200), "ms", 10);
figure("public notice, p99 at 200/s", await p99(notice, 200), "ms", 10);
const staff = { cookie: `session=${tokens.staff}` };
figure("待办 of a member, p99 at 50/s", await p99(`${base}/todo`, 50, { cookie: `session=${tokens.member}` }), "ms", 50);
figure("supply day of the secretariat, p99 at 50/s", await p99(await supplyDay(), 50, staff), "ms", 50);

async function supplyDay() {
  const answer = await fetch(`${base}/supply/day`, { headers: staff, redirect: "follow" });
  if (!answer.ok) throw new Error(`the supply day answers ${answer.status}`);
  return answer.url;
}

const first = await median(`${base}/members`, staff);
const last = await median(await lastPage(`${base}/members`), staff);
figure("last page of the members to the first", last / first, "×", 1.2);

/** Follows the pager to its end. */
async function lastPage(url) {
  for (;;) {
    const text = await (await fetch(url, { headers: staff })).text();
    const next = /rel="next" href="([^"]+)"/.exec(text) ?? /href="([^"]+)" rel="next"/.exec(text);
    if (!next) return url;
    url = new URL(next[1].replaceAll("&amp;", "&"), base).href;
  }
}

const css = /href="(\/assets\/[^"]+\.css)"/.exec(html)[1];
const icon = /rel="icon" href="([^"]+)"/.exec(html)[1];
figure("first public visit with brotli", (wire(list) + wire(base + css) + wire(base + icon)) / 1000, "kB", 30);

const etag = (await fetch(list)).headers.get("etag");
const cold = peak(list);
const cached = etag ? peak(list, { "If-None-Match": etag }) : 0;
figure("resident, under load", resident(pid), "MiB", 150);

const nginxPort = await freePort();
writeFileSync(path.join(data, "notices.html"), html);
writeFileSync(
  path.join(data, "nginx.conf"),
  `daemon off; worker_processes 1; pid ${data}/nginx.pid; error_log /dev/null; events {}
   http { access_log off; types { text/html html; } client_body_temp_path ${data}/b; proxy_temp_path ${data}/p; fastcgi_temp_path ${data}/f;
   uwsgi_temp_path ${data}/u; scgi_temp_path ${data}/s; server { listen 127.0.0.1:${nginxPort}; root ${data}; } }`,
);
const nginx = await start(["nginx", "-c", path.join(data, "nginx.conf")], `http://127.0.0.1:${nginxPort}/notices.html`);
const same = `http://127.0.0.1:${nginxPort}/notices.html`;
const nginxCold = peak(same);
const nginxCached = peak(same, { "If-None-Match": (await fetch(same)).headers.get("etag") });
figure("peak of the notice list", cold, "req/s");
figure("peak of the notice list to nginx", cold / nginxCold, "×");
figure("peak with the ETag", cached, "req/s");
figure("peak with the ETag to nginx", cached / nginxCached, "×");

nginx.child.kill("SIGTERM");
portal.child.kill("SIGTERM");
await once(portal.child, "exit");
rmSync(data, { recursive: true, force: true });
console.table(rows);
process.exitCode = rows.some((row) => row.met === "NO") ? 1 : 0;
