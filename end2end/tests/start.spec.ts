// The first pages that anyone sees: they open in both languages, fit a phone and are accessible.
import { signInPath } from "../fixtures/accounts.ts";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

for (const { locale, lang } of [
  { locale: "zh-CN", lang: "zh-CN" },
  { locale: "en-GB", lang: "en" },
]) {
  test.describe(lang, () => {
    test.use({ locale });

    for (const path of ["/", signInPath]) {
      test(`${path} opens and is accessible`, async ({ page }) => {
        const answer = await page.goto(path);
        expect(answer?.status()).toBe(200);
        await expect(page.locator("html")).toHaveAttribute("lang", lang);
        await expect(page).toHaveTitle(/\S/);
        await expect(page.locator("h1")).toHaveCount(1);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wider, "pixels to scroll sideways").toBeLessThanOrEqual(0);
        await expectAccessible(page);
      });
    }
  });
}

test("a page without islands loads no wasm", async ({ page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await page.goto("/", { waitUntil: "networkidle" });
  expect(loaded.filter((url) => url.endsWith(".wasm"))).toEqual([]);
});
