// The long accessibility run: every page that a role can reach by links, in both languages, at three widths, light and dark.
// It leaves a picture of each in its output folder, to be looked at.
import { crawl, faultsOf, shape, visitors } from "../fixtures/crawl.ts";
import { expect, test } from "../fixtures/test.ts";

const widths = [360, 768, 1280];
const schemes = ["light", "dark"] as const;

for (const locale of ["zh-CN", "en-GB"]) {
  for (const visitor of visitors) {
    test.describe(`${visitor} in ${locale}`, () => {
      test.use({ locale });

      test("every page is accessible", async ({ page, baseURL }) => {
        const faults = await crawl(page, baseURL ?? "", visitor, async (url) => {
          const found: string[] = [];
          await page.goto(url);
          for (const width of widths) {
            for (const colorScheme of schemes) {
              await page.emulateMedia({ colorScheme });
              found.push(...(await faultsOf(page, width)).map((fault) => `${width} ${colorScheme}: ${fault}`));
              const name = `${shape(url).replaceAll("/", "_")}-${width}-${colorScheme}.png`;
              await page.screenshot({ path: test.info().outputPath(name), fullPage: true });
            }
          }
          return found;
        });
        expect(faults).toEqual([]);
      });
    });
  }
}
