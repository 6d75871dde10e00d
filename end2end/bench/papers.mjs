// Sheets of place codes and photographs of them, through the portal: a code is uploaded, its sheet is asked for, five hundred
// are printed at once, a phone's photograph is read, and so are pictures and archives that nobody should send.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { toBuffer, toFile } from "qrcode";

import { badPictures } from "./bad-pictures.mjs";
import { text } from "./load.mjs";
import { freePort, mostSince, memory, start, stop } from "./machine.mjs";
import { figure } from "./table.mjs";

const SHEETS = Number(process.env.BENCH_SHEETS ?? 500);
const TIMES = 15;
const member = { cookie: "session=bench-member" };

/** Measures all of it with the program given; `phonePhoto` makes a photograph of a code. */
export async function papers(program, phonePhoto) {
  process.stderr.write(`${SHEETS} entrances with a code each\n`);
  const data = mkdtempSync(path.join(tmpdir(), "hunitong-bench-papers-"));
  const base = `http://127.0.0.1:${await freePort()}`;
  const env = { HUNITONG_DATA_DIR: data, HUNITONG_ADDR: new URL(base).host, RUST_LOG: "error,server=debug", HUNITONG_LOG: "json" };
  let portal;
  try {
    execFileSync(program, ["migrate"], { env, stdio: "ignore" });
    const fill = path.join(import.meta.dirname, "fill");
    execFileSync("python3", ["-B", fill, path.join(data, "hunitong.db"), "bench-staff", "bench-member"], { env: { ...process.env, FILL_SHARE: "0.001" }, stdio: "inherit" });
    // Sheets and pictures may take both cores, as the aims for them say.
    portal = await start([program, "serve"], `${base}/notices`, env, { cores: "0,1", log: true });
    const plant = /href="\/readiness\/([0-9a-f-]{36})"/.exec(await text(`${base}/readiness`, member))[1];
    const doors = await entrancesWithCodes(base, plant);
    await sheets(base, doors[0], portal);
    await printed(base, plant);
    await photographs(base, doors[0], portal, data, phonePhoto);
    await archives(base, portal, data);
  } finally {
    if (portal) await stop(portal);
    rmSync(data, { recursive: true, force: true });
  }
}

function post(url, body) {
  return fetch(url, { method: "POST", headers: { ...member, origin: new URL(url).origin }, body, redirect: "manual" });
}

async function accepted(url, body) {
  const answer = await post(url, body);
  if (answer.status !== 303) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return new URL(answer.headers.get("location"), url).href;
}

/** Enters entrances until the plant has enough of them, and uploads a code for each. */
async function entrancesWithCodes(base, plant) {
  for (let n = 0; n < SHEETS - 3; n++) {
    await accepted(`${base}/plants/${plant}/entrances/new`, new URLSearchParams({ name: `${n}号门`, passage: "people", place: "outside" }));
  }
  const page = await text(`${base}/plants/${plant}`, member);
  const doors = [...new Set([...page.matchAll(/href="\/entrances\/([0-9a-f-]{36})\/edit"/g)].map((found) => found[1]))];
  if (doors.length !== SHEETS) throw new Error(`the plant has ${doors.length} entrances`);
  for (const [n, door] of doors.entries()) {
    const fields = { issued_on: today(), cause: "reissued" };
    await accepted(`${base}/place-codes/entrances/${door}`, form(fields, "image", "code.png", await toBuffer(payload(n), { scale: 8 })));
  }
  return doors;
}

/** The day in Shanghai. */
const today = () => new Intl.DateTimeFormat("sv", { timeZone: "Asia/Shanghai" }).format();

const payload = (n) => `https://s.sh.gov.cn/papers/${n}`;

function form(fields, name, file, content) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set(name, new Blob([content]), file);
  return form;
}

/** One sheet after the other; how long each was set and looked at, the portal says in its log. */
async function sheets(base, door, portal) {
  for (const code of ["issued", "redrawn"]) {
    const lines = [];
    portal.onLine = (line) => lines.push(line);
    const url = `${base}/place-codes/entrances/${door}/sheet.pdf?kind=poster&size=a4&code=${code}`;
    const whole = await median(async () => {
      const sheet = await fetch(url, { headers: member });
      if (!sheet.ok) throw new Error(`the sheet is answered with ${sheet.status}`);
      await sheet.arrayBuffer();
    });
    const setting = lines.map((line) => JSON.parse(line).fields).map(({ setting_ms }) => setting_ms);
    if (setting.length < TIMES) throw new Error("the log says nothing of sheets");
    figure(`sheet with the code ${code}, without its preflight`, middle(setting), "ms", 20);
    figure("  with its preflight, asked for and answered", whole, "ms", 200);
  }
  portal.onLine = undefined;
}

/** All sheets of the plant as one print. */
async function printed(base, plant) {
  const ask = `${base}/place-codes/print?plant=${plant}`;
  const fields = new URLSearchParams({ plant, kind: "poster", size: "a4", code: "issued" });
  fields.set("once", /name="once" value="([^"]+)"/.exec(await text(ask, member))[1]);
  const began = performance.now();
  const print = await accepted(`${base}/place-codes/print`, fields);
  for (;;) {
    const sheets = await fetch(`${print}/sheets.pdf`, { headers: member });
    if (sheets.ok) {
      const seconds = (performance.now() - began) / 1000;
      const kilobytes = Math.round((await sheets.arrayBuffer()).byteLength / 1000);
      figure(`${SHEETS} sheets, made, looked at and bound: ${kilobytes} kB`, seconds, "s", 90);
      if (!(await text(print, member)).includes(`${SHEETS} 张已经生成`)) throw new Error("some sheets were left out");
      return;
    }
    if (performance.now() - began > 300_000) throw new Error("the print is not done after five minutes");
    await pause(100);
  }
}

/** A phone's photograph of the code, and pictures that are none of a code or more than one. */
async function photographs(base, door, portal, data, phonePhoto) {
  const [code, file] = [path.join(data, "code.png"), path.join(data, "photo.jpg")];
  await toFile(code, payload(0), { scale: 8 });
  const photo = (...size) => {
    execFileSync(phonePhoto, [code, file, ...size]);
    return readFileSync(file);
  };
  const content = photo();
  const read = async (name, bytes, status) => {
    const answer = await post(`${base}/place-codes/entrances/${door}/photo`, form({}, "photo", name, bytes));
    await answer.arrayBuffer();
    if (answer.status !== status) throw new Error(`${name} is answered with ${answer.status}`);
  };
  figure("photograph of 12 megapixels, read and kept", await median(() => read("photo.jpg", content, 200)), "ms", 1000);
  for (const { name, bytes, status } of await badPictures(photo)) {
    await cost(portal, `bad picture: ${name}`, () => read(name, bytes, status));
  }
}

/** Archives that are made to take long or much, each with a good image beside it that has to be kept. */
async function archives(base, portal, data) {
  const [inside, beside] = ["inside.png", "beside.png"].map((name) => path.join(data, name));
  await toFile(inside, payload(SHEETS), { scale: 8 });
  await toFile(beside, payload(SHEETS + 1), { scale: 8 });
  execFileSync("python3", ["-B", path.join(import.meta.dirname, "bad_archives.py"), data, inside]);
  for (const [name, file] of Object.entries({ paths: "paths.zip", bombs: "bombs.zip", "10,000 entries": "many.zip" })) {
    const ask = await text(`${base}/place-codes/upload`, member);
    const fields = ["once", "member"].map((field) => [field, new RegExp(`name="${field}" value="([^"]+)"`).exec(ask)[1]]);
    const upload = form(Object.fromEntries(fields), "images", file, readFileSync(path.join(data, file)));
    upload.append("images", new Blob([readFileSync(beside)]), "beside.png");
    let batch;
    await cost(portal, `bad archive: ${name}`, async () => (batch = await accepted(`${base}/place-codes/upload`, upload)));
    const page = await text(batch, member);
    if (!page.includes('alt="beside.png"')) throw new Error(`beside ${file} the good image is not kept: ${page}`);
  }
}

/** What an answer takes of time and of memory. */
async function cost(portal, name, work) {
  const before = memory(portal).all;
  mostSince(portal);
  const began = performance.now();
  await work();
  figure(name, performance.now() - began, "ms", 2000);
  figure("  memory it took", mostSince(portal) - before, "MiB", 150);
}

async function median(work) {
  // The first reads fonts and templates.
  await work();
  const times = [];
  for (let n = 0; n < TIMES; n++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return middle(times);
}

const middle = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
