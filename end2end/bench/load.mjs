// The kinds of load: a steady rate, as much as goes, and one request after the other.
import autocannon from "autocannon";
import { execFileSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/** Seconds of each measurement. */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 15);

/**
 * The 99th percentile in milliseconds at a steady rate: as many connections as requests in a second, begun evenly spaced,
 * each asking once a second. The first second warms up and does not count.
 */
export async function p99(url, rate, headers = {}) {
  const times = [];
  const ask = async (_, n) => {
    await pause((n * 1000) / rate);
    const run = autocannon({ url, connections: 1, connectionRate: 1, duration: SECONDS, headers });
    let answered = 0;
    run.on("response", (_client, _status, _bytes, time) => {
      if (answered++ > 0) times.push(time);
    });
    refuse(url, await run);
  };
  await Promise.all(Array.from({ length: rate }, ask));
  times.sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.99) - 1];
}

/** The same when the requests of a second arrive at once, ten at a time. */
export async function p99InBursts(url, rate, headers = {}) {
  const warmup = { connections: 10, duration: 2 };
  const result = await autocannon({ url, overallRate: rate, connections: 10, duration: SECONDS, headers, warmup });
  refuse(url, result);
  return result.latency.p99;
}

function refuse(url, { non2xx, errors }) {
  if (non2xx > 0 || errors > 0) throw new Error(`${url}: ${non2xx} refused, ${errors} failed`);
}

/** Requests answered in a second when 32 connections ask without a pause. */
export function peak(url, headers = {}) {
  const options = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const text = execFileSync("wrk", ["-t1", "-c32", `-d${SECONDS}s`, ...options, url], { encoding: "utf8" });
  const failed = /Socket errors: (.*)|Non-2xx or 3xx responses: (.*)/.exec(text);
  if (failed) throw new Error(`${url}: ${failed[0]}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]);
}

/** The ratio of the median times of two pages, asked for in turns so that the machine's moods touch both. */
export async function ratio(one, other, headers) {
  const times = [[], []];
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end || times[0].length < 20) {
    for (const [n, url] of [one, other].entries()) {
      const began = performance.now();
      await text(url, headers);
      times[n].push(performance.now() - began);
    }
  }
  const [a, b] = times.map((all) => all.sort((x, y) => x - y)[Math.floor(all.length / 2)]);
  return a / b;
}

/** A page's text; anything but 200 ends the run. */
export async function text(url, headers = {}) {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.text();
}

/** Bytes of an answer's body as they travel with brotli. */
export function wire(url, headers = {}) {
  const options = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  return Number(execFileSync("curl", ["-sf", "-o", "/dev/null", "-H", "Accept-Encoding: br", ...options, "-w", "%{size_download}", url], { encoding: "utf8" }));
}
