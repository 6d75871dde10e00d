// Every page that a role can reach by links opens, has one h1, fits the window and is accessible; `make audit` does the same at more
// widths, in both languages and colour schemes.
import { crawl, faultsOf, visitors } from "../fixtures/crawl.ts";
import { expect, test } from "../fixtures/test.ts";

for (const visitor of visitors) {
  test(`every page of ${visitor} opens and is accessible`, async ({ page, baseURL, viewport, javaScriptEnabled }) => {
    test.skip(!javaScriptEnabled, "axe is itself JavaScript");
    test.setTimeout(5 * 60_000);
    const faults = await crawl(page, baseURL ?? "", visitor, async (url) => {
      await page.goto(url);
      return faultsOf(page, viewport?.width ?? 1280);
    });
    expect(faults).toEqual([]);
  });
}
