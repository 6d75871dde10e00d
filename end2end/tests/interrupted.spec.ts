// A session that ends while somebody types: the sign-in keeps what was typed, and it can be sent as it was.
import type { Page } from "@playwright/test";
import { accounts, demoPassword } from "../fixtures/accounts.ts";
import { fillInQuestion } from "../fixtures/issues.ts";
import { fillInStandstill, openPastReport } from "../fixtures/supply.ts";
import { expect, test } from "../fixtures/test.ts";

test("an issue that is being typed survives the sign-in", async ({ signedIn }) => {
  const page = await signedIn("memberAdmin");
  const title = `临时停电怎样报备 ${test.info().project.name} ${Date.now()}`;
  await fillInQuestion(page, { category: "用电用能", title, body: "周三下午停电四小时。\n要不要提前报？" });
  await page.context().clearCookies();
  await page.getByRole("button", { name: "提交", exact: true }).click();
  await signInAgain(page);
  await page.getByRole("button", { name: "提交刚才的内容" }).click();
  await expect(page.getByRole("status").first()).toContainText("已提交，编号");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(page.getByRole("main")).toContainText("周三下午停电四小时。");
  await expect(page.getByRole("main")).toContainText("要不要提前报？");
});

test("a report that is being typed survives the sign-in", async ({ signedIn }) => {
  const page = await signedIn("memberAdmin");
  await openPastReport(page, "周浦搅拌站", 1);
  await fillInStandstill(page, 17, "台风后检修筒仓");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "提交", exact: true }).click();
  await signInAgain(page);
  await page.getByRole("button", { name: "提交刚才的内容" }).click();
  await expect(page.getByRole("status").first()).toContainText("已收到");
  await expect(page.getByRole("main")).toContainText("台风后检修筒仓");
  await expect(page.getByRole("main")).toContainText("17");
});

async function signInAgain(page: Page) {
  await expect(page.getByRole("main")).toContainText("您填写的内容还在");
  await page.getByLabel("手机号或邮箱").fill(accounts.memberAdmin);
  await page.getByLabel("密码", { exact: true }).fill(demoPassword);
  await page.getByRole("button", { name: "登录" }).click();
}
