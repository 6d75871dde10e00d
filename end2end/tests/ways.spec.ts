// Other ways to use a page: by keyboard alone, in the dark, in English.
import type { Page } from "@playwright/test";
import { signInAs } from "../fixtures/accounts.ts";
import { publish } from "../fixtures/notices.ts";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

test("a notice is found and confirmed with the keyboard alone", async ({ page, device }) => {
  const title = `关于磅房检定的通知 ${test.info().project.name} ${Date.now()}`;
  await signInAs(page, "staff");
  await publish(page, { title, body: "请各单位本月内完成磅房检定。" });

  const member = await device();
  await signInAs(member, "memberAdmin");
  await member.goto("/todo");
  await tabTo(member, title);
  await member.keyboard.press("Enter");
  await expect(member.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await tabTo(member, "已收悉");
  await member.keyboard.press("Enter");
  await expect(member.getByRole("status").first()).toContainText("已确认收悉");
});

test.describe("in the dark", () => {
  test.use({ colorScheme: "dark" });

  test("待办 is light on dark and readable", async ({ signedIn }) => {
    const page = await signedIn("memberAdmin");
    await page.goto("/todo");
    const background = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
    expect(brightness(background), background).toBeLessThan(80);
    await expectAccessible(page);
  });
});

test.describe("in English", () => {
  test.use({ locale: "en-GB" });

  for (const path of ["/supply", "/notices", "/issues/new", "/account"]) {
    test(`${path} speaks English around the names`, async ({ signedIn }) => {
      const page = await signedIn("memberOperator");
      await page.goto(path);
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      for (const part of ["h1", "label", "th", "button", "legend"]) {
        const words = await page.locator(part).allInnerTexts();
        expect(words.filter((text) => /\p{Script=Han}/u.test(text) && text !== "中文"), `${part} in Chinese`).toEqual([]);
      }
      await expectAccessible(page);
    });
  }
});

/** Presses Tab until what has the focus says so. */
async function tabTo(page: Page, words: string) {
  const focused = page.locator(":focus");
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    if ((await focused.count()) > 0 && (await focused.innerText()).includes(words)) return;
  }
  throw new Error(`Tab does not reach: ${words}`);
}

/** The mean of red, green and blue. */
function brightness(colour: string): number {
  const [red = 255, green = 255, blue = 255] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}
