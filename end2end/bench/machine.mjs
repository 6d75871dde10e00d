// The two programs under load, on a core of their own, and what the kernel knows of them.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

/** The core of the servers; the load runs on the others. */
export const SERVERS = "0";

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/**
 * Starts a program and waits for its first answer; returns it with the milliseconds that took. With `log`, what it writes to
 * its log goes line by line to `onLine`, while that is set.
 */
export async function start(command, url, env = {}, { cores = SERVERS, log = false } = {}) {
  const began = performance.now();
  const child = spawn("taskset", ["-c", cores, ...command], { env: { PATH: `${process.env.PATH}:/usr/sbin`, ...env }, stdio: ["ignore", "ignore", log ? "pipe" : "inherit"] });
  const started = { child, took: 0, onLine: undefined };
  if (log) createInterface(child.stderr).on("line", (line) => started.onLine?.(line));
  for (;;) {
    if ((await status(url)) === 200) return Object.assign(started, { took: performance.now() - began });
    if (child.exitCode !== null) throw new Error(`${command[0]} ended at its start`);
    await pause(1);
  }
}

export async function stop({ child }) {
  child.kill("SIGTERM");
  await once(child, "exit");
}

function status(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode)));
    request.on("error", () => resolve(0));
  });
}

/** Memory of a program in MiB: all that is resident, and of it what is not read from its file. */
export function memory({ child }) {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const [all, own] = ["VmRSS", "RssAnon"].map((name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024);
  return { all, own };
}

/** The most that was resident since this was asked last, in MiB. */
export function mostSince({ child }) {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  writeFileSync(`/proc/${child.pid}/clear_refs`, "5");
  return Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024;
}

/** What the figures were measured on. */
export function surroundings() {
  const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  return `${cpus().length} cores, ${cpus()[0].model.trim()}; commit ${commit}`;
}
