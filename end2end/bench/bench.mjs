// The bench: the program on one core, the load on the others, nginx with the same bytes beside it. Fills a throwaway database,
// measures and prints a table. BENCH_SECONDS shortens each measurement. Usage: node bench.mjs PROGRAM BARE_LETTRE PHONE_PHOTO
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { p99, p99InBursts, peak, ratio, text, wire } from "./load.mjs";
import { mail } from "./mail.mjs";
import { freePort, memory, start, stop, surroundings } from "./machine.mjs";
import { nginxWith } from "./nginx.mjs";
import { papers } from "./papers.mjs";
import { figure, print } from "./table.mjs";

const [program, bare, phonePhoto] = process.argv.slice(2).map((file) => path.resolve(file));
const data = mkdtempSync(path.join(tmpdir(), "hunitong-bench-"));
const base = `http://127.0.0.1:${await freePort()}`;
const env = { HUNITONG_DATA_DIR: data, HUNITONG_ADDR: new URL(base).host, RUST_LOG: "error" };
const staff = { cookie: "session=bench-staff" };
const member = { cookie: "session=bench-member" };

let portal;
let nginx;
try {
  fill();
  await starting();
  await resting();
  const { html, notice } = await steady();
  await pages();
  await peaks(html, notice);
  resident("resident after all of this", 150);
  await travelling(html);
  await stop(portal);
  portal = undefined;
  await papers(program, phonePhoto);
  await mail(program, bare);
  print(surroundings());
} finally {
  if (nginx) await stop(nginx);
  if (portal) await stop(portal);
  rmSync(data, { recursive: true, force: true });
}

function fill() {
  process.stderr.write("2,000 members, 5,000 plants, 500,000 reports, 2,000 notices\n");
  execFileSync(program, ["migrate"], { env, stdio: "ignore" });
  const script = path.join(import.meta.dirname, "fill");
  execFileSync("python3", ["-B", script, path.join(data, "hunitong.db"), "bench-staff", "bench-member"], { stdio: "inherit" });
}

/** The median of several starts; the last one stays. */
async function starting() {
  const times = [];
  for (let n = 0; n < 7; n++) {
    if (portal) await stop(portal);
    portal = await start([program, "serve"], `${base}/notices`, env);
    times.push(portal.took);
  }
  figure("start to first page", times.sort((a, b) => a - b)[3], "ms", 300);
}

async function resting() {
  await pause(3000);
  resident("resident, idle", 60);
  const request = /href="(\/sentinels\/[0-9a-f-]{36})"/.exec(await text(`${base}/sentinels`, staff))[1];
  await text(`${base}${request}/paper`, staff);
  await pause(3000);
  resident("resident, idle after a paper was set", 60);
}

function resident(name, aim) {
  const { all, own } = memory(portal);
  figure(name, all, "MiB", aim);
  figure("  of it not from the program's file", own, "MiB");
}

async function steady() {
  const html = await text(`${base}/notices`);
  const notice = base + /href="(\/notices\/[0-9a-f-]{36})"/.exec(html)[1];
  const day = (await fetch(`${base}/supply`, { headers: staff })).url;
  for (const [name, url, rate, headers, aim] of [
    ["public list of notices", `${base}/notices`, 200, {}, 10],
    ["public notice", notice, 200, {}, 10],
    ["待办 of a member", `${base}/todo`, 50, member, 50],
    ["待办 of the secretariat", `${base}/todo`, 50, staff, 50],
    ["supply day of the secretariat", day, 50, staff, 50],
  ]) {
    figure(`${name}, p99 at ${rate}/s`, await p99(url, rate, headers), "ms", aim);
    figure("  in bursts of ten at once", await p99InBursts(url, rate, headers), "ms");
  }
  await covering();
  resident("resident, under load", 150);
  return { html, notice };
}

/** The coverage of 15,000 entrances and the readiness of 5,000 plants. */
async function covering() {
  for (const [name, url] of [
    ["coverage of 15,000 entrances", `${base}/coverage`],
    ["  of them what is not covered", `${base}/coverage?show=open`],
    ["readiness of 5,000 plants", `${base}/readiness`],
  ]) {
    figure(`${name}, first page, p99 at 50/s`, await p99(url, 50, staff), "ms", 50);
  }
  const plant = /href="\/readiness\/([0-9a-f-]{36})"/.exec(await text(`${base}/readiness`, staff))[1];
  const sheet = () => [`${base}/readiness/${plant}/sheets`, {}];
  figure("coverage while other things are written, p99 at 50/s", await whileWriting(`${base}/coverage`, sheet), "ms", 50);
  let doors = 0;
  const entrance = () => [`${base}/plants/${plant}/entrances/new`, { name: `${++doors}号侧门`, passage: "people", place: "outside" }];
  figure("coverage worked out anew each second, as entrances are added, p99 at 50/s", await whileWriting(`${base}/coverage`, entrance), "ms");
  resident("resident before the coverage export");
  const began = performance.now();
  const spreadsheet = await (await fetch(`${base}/coverage.xlsx`, { headers: staff })).arrayBuffer();
  figure(`coverage as a spreadsheet of ${Math.round(spreadsheet.byteLength / 1000)} kB`, performance.now() - began, "ms", 5000);
  await pause(10_000);
  resident("resident 10 s after the coverage export", 150);
}

/** The same while somebody does something every second; `act` gives where that is posted to, and its fields. */
async function whileWriting(url, act) {
  let measured = false;
  const writing = async () => {
    while (!measured) {
      const [path, fields] = act();
      const answer = await fetch(path, { method: "POST", headers: { ...staff, origin: base }, body: new URLSearchParams(fields), redirect: "manual" });
      if (answer.status !== 303) throw new Error(`${path} answers ${answer.status}`);
      await pause(1000);
    }
  };
  const measuring = p99(url, 50, staff).finally(() => (measured = true));
  return (await Promise.all([measuring, writing()]))[0];
}

/** Of every long list, what the last page costs beside the first. */
async function pages() {
  const lists = { coverage: "/coverage", readiness: "/readiness", notices: "/notices", members: "/members", issues: "/issues?view=all", outbox: "/outbox", sentinels: "/sentinels" };
  for (const [name, list] of Object.entries(lists)) {
    const { last, count } = await walk(base + list);
    figure(`${name}: last of ${count} pages to the first`, await ratio(last, base + list, staff), "×", 1.2);
  }
}

/** Follows the pager to its end. */
async function walk(url) {
  for (let count = 1; ; count++) {
    const next = /rel="next" href="([^"]+)"|href="([^"]+)" rel="next"/.exec(await text(url, staff));
    if (!next) return { last: url, count };
    url = new URL((next[1] ?? next[2]).replaceAll("&amp;", "&"), url).href;
  }
}

async function peaks(html, notice) {
  nginx = await nginxWith(html, data);
  const etag = async (url) => ({ "If-None-Match": (await fetch(url)).headers.get("etag") });
  const [cold, conditional] = [peak(nginx.url), peak(nginx.url, await etag(nginx.url))];
  for (const [name, url] of Object.entries({ "list of notices": `${base}/notices`, notice })) {
    const most = { cold: peak(url), conditional: peak(url, await etag(url)) };
    figure(`peak of the public ${name}`, most.cold, "/s");
    figure("  to nginx with the list's bytes", most.cold / cold, "×");
    figure("  with the ETag", most.conditional, "/s");
    figure("  with the ETag, to nginx with its ETag", most.conditional / conditional, "×");
  }
}

/** Bytes over the wire: a first visit, and what a page with islands loads besides. */
async function travelling(html) {
  const assets = (page) => [...new Set(page.match(/\/assets\/[^"'\s)]+/g))];
  const sum = (paths) => paths.reduce((bytes, asset) => bytes + wire(base + asset), 0);
  figure("first public visit, brotli", (wire(`${base}/notices`) + sum(assets(html))) / 1000, "kB", 30);
  const report = /href="(\/plants\/[0-9a-f-]{36}\/supply\/[0-9-]+)"/.exec(await text(`${base}/todo`, member))[1];
  const more = assets(await text(base + report, member)).filter((asset) => !assets(html).includes(asset));
  if (more.length === 0) throw new Error("the form of a report loads nothing for its islands");
  figure("more for a page with islands", sum(more) / 1000, "kB", 150);
}
