// How the portal is driven: Debian's Chromium on a phone, on a desktop and without JavaScript.
// One portal with the demo association serves a run; a spec that needs its own starts it with `startPortal`.
import { defineConfig, devices } from "@playwright/test";
import process from "node:process";

const phone = { ...devices["Galaxy S9+"], viewport: { width: 360, height: 740 }, screen: { width: 360, height: 740 } };
const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } };

export default defineConfig({
  testDir: "tests",
  globalSetup: "./fixtures/global-setup.ts",
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"], ["html", { open: "never" }], ["./fixtures/last-words.ts"]],
  expect: { timeout: 10_000 },
  use: {
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    actionTimeout: 15_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.HUNITONG_CHROMIUM,
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
      ],
    },
  },
  projects: [
    { name: "phone", use: phone },
    { name: "desktop", use: desktop },
    { name: "nojs", use: { ...phone, javaScriptEnabled: false } },
    { name: "audit", testDir: "audit", timeout: 30 * 60_000, use: desktop },
    { name: "pictures", testDir: "pictures", use: desktop },
  ],
});
