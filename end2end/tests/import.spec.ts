// The secretariat fills in a sheet, mends what is wrong with it and imports it: with and without JavaScript.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { signInAs } from "../fixtures/accounts.ts";
import { sheet } from "../fixtures/sheet.ts";

const headings = ["单位名称", "统一社会信用代码", "厂区名称", "厂区类型", "完整地址", "联系人", "联系电话", "负责事项"];

test("a sheet is checked, mended, confirmed and imported whole", async ({ page }) => {
  // It looks at the accessibility of four pages on the way.
  test.slow();
  const { name: project } = test.info().project;
  // Each project imports a company of its own into the portal that all share.
  const code = creditCode("91310118", `E2E0000${["phone", "desktop", "nojs"].indexOf(project)}`);
  const number = String(Date.now()).slice(-8);
  const name = `上海导入示例${project}水泥有限公司`;
  const address = `上海市青浦区练塘镇示范大道${number}号`;
  const line = [name, code, "一号站", "粉磨站", address, "郑小燕", `139${number}`, "接收通知、保供填报"];

  await signInAs(page, "staff");
  await page.goto("/members");
  await page.getByRole("link", { name: "批量导入" }).click();
  await expectAccessibleWhole(page);
  const [template] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "下载空白模板" }).click()]);
  expect(readFileSync(await template.path()).subarray(0, 2).toString()).toBe("PK");

  const upload = async (rows: string[][]) => {
    await page.getByLabel("填好的表格").setInputFiles({
      name: "名册.xlsx",
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      buffer: sheet([headings, ...rows]),
    });
    await page.getByRole("button", { name: "上传并检查" }).click();
    // The page asks for itself again until the check is over.
    await expect(page.getByRole("region", { name: "检查结果" })).toBeVisible();
  };
  await upload([line.with(6, "1.39E+10").with(3, "水泥厂")]);
  const notes = page.getByRole("region", { name: "问题和提醒" });
  await expect(notes).toContainText("D2");
  await expect(notes).toContainText("请填：熟料线");
  await expect(notes).toContainText("G2");
  await expect(notes).toContainText("科学计数");
  await expect(page.getByRole("button", { name: /确认写入/ })).toHaveCount(0);
  await expectAccessibleWhole(page);
  const [errors] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "下载带问题说明的表格" }).click()]);
  expect(errors.suggestedFilename()).toContain(".xlsx");

  await page.getByRole("link", { name: "上传另一份表格" }).click();
  await upload([line]);
  await expect(page.getByRole("region", { name: "会有这些改动" })).toContainText(address);
  await expectAccessibleWhole(page);
  await page.getByRole("button", { name: "确认写入 3 项" }).click();
  await expect(page.locator("main")).toContainText("已全部写入，共 3 项改动");
  await expectAccessibleWhole(page);

  await page.goto(`/members?q=${encodeURIComponent(name)}`);
  await page.getByRole("link", { name }).click();
  await expect(page.locator("main")).toContainText(`139${number}`);
});

/** Looks at the page in a window as tall as it is: the bar that sticks to the window's edge must cover nothing. */
async function expectAccessibleWhole(page: Page) {
  const size = page.viewportSize();
  if (size === null) return;
  const height = await page.locator("html").evaluate((html) => html.scrollHeight);
  await page.setViewportSize({ width: size.width, height: Math.min(height, 8000) });
  await expectAccessible(page);
  await page.setViewportSize(size);
}

/** A code that passes its checks (GB 32100-2015), for an invented company. */
function creditCode(start: string, own: string): string {
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const sum = [...own].reduce((total, c, n) => total + parseInt(c, 36) * ([3, 7, 9, 10, 5, 8, 4, 2][n] ?? 0), 0);
  const body = start + own + "0X987654321".charAt(sum % 11);
  let total = 0;
  let weight = 1;
  for (const c of body) {
    total += alphabet.indexOf(c) * weight;
    weight = (weight * 3) % 31;
  }
  return body + alphabet.charAt((31 - (total % 31)) % 31);
}
