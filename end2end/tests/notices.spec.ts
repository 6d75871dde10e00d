// The secretariat publishes a notice with two attachments, a member confirms it, another is written down by phone: with and
// without JavaScript.
import { expect, expectAccessible, test } from "../fixtures/test.ts";
import { signInAs } from "../fixtures/accounts.ts";

const pdf = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

test("a notice is published, confirmed by a member and written down for another", async ({ device, page }) => {
  const title = `关于恢复散装水泥发运的通知 ${test.info().project.name} ${Date.now()}`;
  await signInAs(page, "staff");
  await page.goto("/notices/new");
  await expectAccessible(page);
  await page.getByLabel("通知", { exact: true }).check();
  await page.getByLabel("标题").fill(title);
  await page.getByLabel("正文").fill("各会员单位：\n\n从本周起恢复散装发运。\n\n- 提前预约\n- 按时填报");
  await page.getByLabel("附件", { exact: true }).setInputFiles([
    { name: "发运安排.pdf", mimeType: "application/pdf", buffer: pdf },
    { name: "预约说明.pdf", mimeType: "application/pdf", buffer: Buffer.concat([pdf, Buffer.from("\n")]) },
  ]);
  await page.getByLabel("全体会员单位").check();
  await page.getByLabel("需要会员确认“已收悉”").check();
  await page.getByRole("button", { name: "保存，下一步核对" }).click();
  await expect(page.locator("main")).toContainText(title);
  await page.getByRole("button", { name: "发布", exact: true }).click();
  await expect(page.locator(".flash")).toContainText("已发布");
  await expectAccessible(page);
  const address = page.url();

  const member = await device();
  await signInAs(member, "memberAdmin");
  await member.goto("/todo");
  await member.getByRole("link", { name: new RegExp(title) }).first().click();
  await expect(member.getByRole("heading", { level: 1 })).toContainText(title);
  await expect(member.locator("main")).toContainText("发运安排.pdf");
  await member.getByRole("button", { name: /已收悉/ }).last().click();
  await expect(member.locator(".flash")).toContainText("已确认收悉");

  await page.goto(`${address}/members?show=waiting`);
  await expectAccessible(page);
});
