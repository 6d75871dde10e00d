// The long accessibility run: from the first page, every page that a role can reach by links is opened in both
// languages, at both widths, light and dark, and audited by axe. Pages of one shape (the same address but for an
// id or a query) are audited once.
import { accounts, type Role, signInAs } from "../fixtures/accounts.ts";
import { findings } from "../fixtures/accessibility.ts";
import { expect, test } from "../fixtures/test.ts";
import type { Page } from "@playwright/test";

const roles: (Role | "public")[] = ["public", ...(Object.keys(accounts) as Role[])];
const widths = [360, 1280];
const schemes = ["light", "dark"] as const;

/** The address without what differs between things of one kind. */
function shape(url: string): string {
  return new URL(url).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{2}-\d{4}-\d{4}|\d+/g, "…");
}

async function linked(page: Page): Promise<string[]> {
  return page.locator("a[href]:not([download])").evaluateAll((links) =>
    links
      .map((link) => new URL((link as HTMLAnchorElement).href))
      .filter((url) => url.origin === location.origin && url.protocol.startsWith("http"))
      .map((url) => url.origin + url.pathname + url.search),
  );
}

for (const locale of ["zh-CN", "en-GB"]) {
  for (const role of roles) {
    test.describe(`${role} in ${locale}`, () => {
      test.use({ locale });

      test("every page is accessible", async ({ page, baseURL }) => {
        if (role !== "public") await signInAs(page, role);
        const seen = new Set<string>();
        const waiting = [`${baseURL}/`];
        const found: string[] = [];
        for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
          if (seen.has(shape(url))) continue;
          seen.add(shape(url));
          const answer = await page.request.get(url, { maxRedirects: 0 });
          if (answer.status() >= 300 && answer.status() < 400) {
            const target = new URL(answer.headers()["location"] ?? "/", url);
            if (target.origin === baseURL) waiting.push(target.href);
            continue;
          }
          expect.soft(answer.status(), `${role} follows a link to ${url}`).toBe(200);
          if (!answer.headers()["content-type"]?.startsWith("text/html")) continue;
          for (const width of widths) {
            for (const colorScheme of schemes) {
              await page.setViewportSize({ width, height: 800 });
              await page.emulateMedia({ colorScheme });
              await page.goto(url);
              found.push(...(await findings(page)).map((finding) => `${url} ${width} ${colorScheme}: ${finding}`));
            }
          }
          waiting.push(...(await linked(page)));
        }
        test.info().annotations.push({ type: "pages", description: [...seen].join(" ") });
        expect(found).toEqual([]);
        expect(seen.size, "pages that were found").toBeGreaterThan(2);
      });
    });
  }
}
