// The module of codes and sentinels is switched off: its pages are gone from every way that leads through the portal, and come
// back with what they held.
import { accounts, demoPassword, type Role, signIn } from "../fixtures/accounts.ts";
import { expect, test } from "../fixtures/association.ts";
import { faultsOf, missed, walk } from "../fixtures/crawl.ts";
import { landmarks } from "../fixtures/landmarks.ts";

test.use({ withDemo: true });

/** Where the pages of the module are, its settings too. */
const itsPages = /^\/(guides|place-codes|sentinels|coverage|settings\/postings)(\/|\.|\?|$)/;

test("the portal without codes and sentinels is whole, and they come back as they were", async ({ association, viewport, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, "axe is itself JavaScript");
  test.skip(test.info().project.name !== "phone", "what leads where is alike on every screen");
  test.setTimeout(6 * 60_000);
  const signedIn = async (role: Role) => {
    const page = await association.device({ viewport: viewport ?? null, locale: "zh-CN" });
    await signIn(page, accounts[role], demoPassword);
    return page;
  };
  const admin = await signedIn("admin");
  const member = await signedIn("memberAdmin");
  const switchTo = async (on: boolean) => {
    await admin.goto("/settings/modules");
    await admin.getByRole("checkbox", { name: /^场所码与数字哨兵/ }).setChecked(on);
    await admin.getByRole("button", { name: "保存" }).click();
    await expect(admin.getByRole("status").first()).toBeVisible();
  };
  await member.goto("/coverage");
  const before = await member.getByRole("main").getByRole("table").allInnerTexts();

  await switchTo(false);
  for (const [role, page] of [["admin", admin], ["memberAdmin", member]] as const) {
    await test.step(`every way of ${role} leads round it`, async () => {
      const { faults, seen } = await walk(page, association.portal.url, async (url) => {
        await page.goto(url);
        return faultsOf(page, viewport?.width ?? 1280);
      });
      const marks = landmarks[role].filter((mark) => !itsPages.test(mark));
      expect([...faults, ...missed(marks, seen)]).toEqual([]);
      expect([...seen].filter((shape) => itsPages.test(shape))).toEqual([]);
    });
  }

  await test.step("neither what waits nor a plant's readiness speaks of it", async () => {
    for (const page of [admin, member]) {
      await page.goto("/todo");
      await expect(page.getByRole("main")).not.toContainText(/场所码|哨兵/);
    }
    await member.goto("/readiness");
    await member.getByRole("main").getByRole("rowheader").getByRole("link").first().click();
    await expect(member.getByRole("main")).toContainText("必读通知已收悉");
    await expect(member.getByRole("main")).not.toContainText("出入口全部覆盖");
    const answer = await member.request.get("/place-codes");
    expect(answer.status()).toBe(404);
  });

  await test.step("on again, everything is where it was", async () => {
    await switchTo(true);
    await member.goto("/coverage");
    expect(await member.getByRole("main").getByRole("table").allInnerTexts()).toEqual(before);
  });
});
