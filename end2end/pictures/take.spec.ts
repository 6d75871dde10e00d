// The pictures of the README, taken from the demo association: `make pictures` writes them beside this file.
import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import type { Role } from "../fixtures/accounts.ts";
import { expect, test } from "../fixtures/test.ts";

const phone = { width: 360, height: 740 };
const desktop = { width: 1280, height: 860 };
/** What a reader of the README should have to load for one picture. */
const most = 150_000;

interface Picture {
  name: string;
  of: string;
  role: Role;
  size: typeof phone;
  scale: number;
  open: (page: Page) => Promise<void>;
}

const pictures: Picture[] = [
  { name: "todo", of: "a member's 待办", role: "memberAdmin", size: phone, scale: 1.5, open: (page) => page.goto("/todo").then(() => {}) },
  {
    name: "report",
    of: "a supply report",
    role: "memberAdmin",
    size: phone,
    scale: 1.5,
    open: async (page) => {
      await page.goto("/supply");
      await page.locator("main a[href*='/supply/']").last().click();
    },
  },
  { name: "day", of: "the secretariat's supply day", role: "staff", size: desktop, scale: 1, open: (page) => page.goto("/supply").then(() => {}) },
  {
    name: "sentinel",
    of: "a request for sentinels before it leaves",
    role: "memberAdmin",
    size: desktop,
    scale: 1,
    open: async (page) => {
      await page.goto("/sentinels");
      await page.getByRole("link", { name: /AZ-/ }).first().click();
      await page.locator("main h2").first().evaluate((heading) => heading.scrollIntoView({ block: "start" }));
    },
  },
  { name: "coverage", of: "the matrix of entrances", role: "staff", size: desktop, scale: 1, open: (page) => page.goto("/coverage").then(() => {}) },
  {
    name: "readiness",
    of: "what a plant still lacks",
    role: "memberAdmin",
    size: phone,
    scale: 1.5,
    open: async (page) => {
      await page.goto("/readiness");
      await page.getByRole("main").getByRole("rowheader").getByRole("link").first().click();
    },
  },
];

for (const picture of pictures) {
  test.describe(() => {
    test.use({ viewport: picture.size, deviceScaleFactor: picture.scale });

    test(picture.of, async ({ page, signedIn }) => {
      await signedIn(picture.role);
      await picture.open(page);
      await expect(page.locator("h1")).toBeVisible();
      const file = fileOf(picture.name);
      await page.screenshot({ path: file, animations: "disabled" });
      expectSmall(file);
    });
  });
}

test("the sheet of a place code, as it is printed", async ({ signedIn }) => {
  const page = await signedIn("memberAdmin");
  await page.goto("/place-codes?standing=current");
  const entrance = await page.getByRole("main").getByRole("rowheader").getByRole("link").first().getAttribute("href");
  const sheet = await page.request.get(`${entrance}/sheet.pdf?kind=poster&size=a4&code=issued`);
  expect(sheet.headers()["content-type"]).toBe("application/pdf");
  const file = fileOf("sheet");
  const dots = ["-scale-to-x", "600", "-scale-to-y", "-1"];
  writeFileSync(file, execFileSync("pdftoppm", ["-png", "-singlefile", ...dots, "-"], { input: await sheet.body() }));
  expectSmall(file);
});

function fileOf(name: string): string {
  return path.join(import.meta.dirname, `${name}.png`);
}

function expectSmall(file: string) {
  expect(statSync(file).size, `bytes of ${path.basename(file)}`).toBeLessThan(most);
}
