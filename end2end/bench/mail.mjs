// Mail under load: a notice to 5,000 members through the queue of the portal, beside a bare loop of the library that it sends
// with; pages meanwhile; and the claim over a million old rows.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { p99, text } from "./load.mjs";
import { freePort, SERVERS, start, stop } from "./machine.mjs";
import { figure } from "./table.mjs";

const MEMBERS = 5000;
const CONNECTIONS = 4;
const OLD_ROWS = 1_000_000;
const staff = { cookie: "session=bench-staff" };

/** Measures all of it with the program and the bare loop given. */
export async function mail(program, bare) {
  const sink = await startSink();
  try {
    const fresh = await withPortal(program, sink, { old: 0, perMinute: 0 }, (base) => firstMail(base, sink));
    const alone = await withPortal(program, sink, { old: OLD_ROWS, perMinute: 0 }, (base) => throughTheQueue(base, sink, bare, fresh));
    await withPortal(program, sink, { old: OLD_ROWS }, (base) => pagesMeanwhile(base, sink, alone));
  } finally {
    sink.child.kill();
  }
}

/** Serves a portal with so many old deliveries, and no limit per minute or the usual one, for what is measured. */
async function withPortal(program, sink, { old, perMinute }, measure) {
  const data = mkdtempSync(path.join(tmpdir(), "hunitong-bench-mail-"));
  const base = `http://127.0.0.1:${await freePort()}`;
  const env = {
    HUNITONG_DATA_DIR: data,
    HUNITONG_ADDR: new URL(base).host,
    HUNITONG_MAIL_PARALLEL: String(CONNECTIONS),
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    RUST_LOG: "error",
    ...(perMinute === undefined ? {} : { HUNITONG_MAIL_PER_MINUTE: String(perMinute) }),
  };
  let portal;
  try {
    fill(program, env, data, old);
    portal = await start([program, "serve"], `${base}/notices`, env);
    return await measure(base);
  } finally {
    if (portal) await stop(portal);
    rmSync(data, { recursive: true, force: true });
  }
}

async function startSink() {
  const child = fork(path.join(import.meta.dirname, "sink.mjs"));
  const [{ port }] = await once(child, "message");
  const ask = async () => {
    child.send("how many?");
    return (await once(child, "message"))[0];
  };
  return { child, port, ask };
}

function fill(program, env, data, old) {
  process.stderr.write(`5,000 members, ${old.toLocaleString("en")} old deliveries\n`);
  execFileSync(program, ["migrate"], { env, stdio: "ignore" });
  const script = path.join(import.meta.dirname, "fill", "mail.py");
  execFileSync("python3", ["-B", script, path.join(data, "hunitong.db"), "bench-staff", String(MEMBERS), String(old)], { stdio: "inherit" });
}

/** Publishes to all members; the milliseconds until the answer, until the first mail after it, and until all arrived. */
async function mailing(base, sink) {
  const before = (await sink.ask()).taken;
  const notice = await draft(base);
  const began = performance.now();
  const answer = await publish(base, notice);
  await arrived(sink, before + 1);
  const first = performance.now() - began;
  await arrived(sink, before + MEMBERS);
  return { answer, first, all: performance.now() - began };
}

async function firstMail(base, sink) {
  return (await mailing(base, sink)).first;
}

async function throughTheQueue(base, sink, bare, fresh) {
  const { answer, first, all } = await mailing(base, sink);
  figure("publishing to 5,000 members returns", answer, "ms", 300);
  figure("  the first mail arrives over a million old rows", first, "ms");
  figure("  to that of an empty outbox", first / fresh, "×", 1.25);
  const took = all / 1000;
  const { bytes } = await sink.ask();
  const runs = [1, 2, 3].map(() => Number(execFileSync("taskset", ["-c", SERVERS, bare, String(sink.port), String(MEMBERS), String(CONNECTIONS), String(bytes)])));
  const alone = runs.sort((a, b) => a - b)[1];
  figure("mails through the queue without a limit", MEMBERS / took, "/s");
  figure("  by a bare loop of lettre's pool", MEMBERS / alone, "/s");
  figure("  time beside the bare loop's", took / alone, "×", 1.25);
  return alone;
}

/**
 * Of three mailings, as many a minute as usual, each beside a quiet time before it: one alone says more of the machine's mood
 * than of the portal. The mails are timed too, for neither may be paid for with the other.
 */
async function pagesMeanwhile(base, sink, alone) {
  const quiet = [];
  const busy = [];
  const took = [];
  for (let n = 0; n < 3; n++) {
    quiet.push(await p99(`${base}/todo`, 50, staff));
    const before = (await sink.ask()).taken;
    const notice = await draft(base);
    const began = performance.now();
    await publish(base, notice);
    busy.push(await p99(`${base}/todo`, 50, staff));
    if ((await sink.ask()).taken >= before + MEMBERS) throw new Error("the mails had left before the pages were measured");
    await arrived(sink, before + MEMBERS);
    took.push((performance.now() - began) / 1000);
  }
  const median = (values) => values.sort((a, b) => a - b)[1];
  figure("待办 of the secretariat while mail leaves, p99", median(busy), "ms");
  figure("  to its usual p99", median(busy) / median(quiet), "×", 1.5);
  figure("mails through the queue meanwhile, at the usual limit", MEMBERS / median(took), "/s");
  figure("  time beside the bare loop's", median(took) / alone, "×", 1.25);
}

async function arrived(sink, count) {
  const end = performance.now() + 300_000;
  while ((await sink.ask()).taken < count) {
    if (performance.now() > end) throw new Error(`not all mails arrived: ${(await sink.ask()).taken} of ${count}`);
    await pause(5);
  }
}

/** Writes a notice to all members; gives the page from which it is published, with its hidden fields. */
async function draft(base) {
  const fields = { title: "关于核对恢复生产情况的通知", body: "请各单位核对并确认。\n".repeat(40), kind: "notice", audience: "members", must_acknowledge: "yes", do: "publish" };
  const page = await text(`${base}/notices/new`, staff);
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...hidden(page), ...fields })) form.set(name, value);
  const answer = await fetch(`${base}/notices/new`, { method: "POST", headers: { ...staff, origin: base }, body: form, redirect: "manual" });
  if (answer.status !== 303) throw new Error(`the draft is answered with ${answer.status}`);
  const check = base + answer.headers.get("location");
  return { check, page: await text(check, staff) };
}

/** Presses the button; gives the milliseconds until the answer. */
async function publish(base, { page }) {
  const action = /action="(\/notices\/[0-9a-f-]{36}\/publish)"/.exec(page)[1];
  const part = page.slice(page.indexOf(`action="${action}"`));
  const body = new URLSearchParams({ ...hidden(part.slice(0, part.indexOf("</form>"))), when: "now" });
  const began = performance.now();
  const answer = await fetch(base + action, { method: "POST", headers: { ...staff, origin: base }, body, redirect: "manual" });
  const took = performance.now() - began;
  if (answer.status !== 303) throw new Error(`publishing is answered with ${answer.status}`);
  return took;
}

function hidden(html) {
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}
