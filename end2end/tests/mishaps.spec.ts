// What goes wrong between people: a button pressed twice, two who change the same thing, a file that is not what its name says,
// an address of somebody else's.
import type { Locator, Page } from "@playwright/test";
import { signInAs } from "../fixtures/accounts.ts";
import { fillInQuestion } from "../fixtures/issues.ts";
import { docx, png } from "../fixtures/papers.ts";
import { file, fillInStandstill, openPastReport } from "../fixtures/supply.ts";
import { expect, test } from "../fixtures/test.ts";

/** A member that the demo association's member admin has nothing to do with. */
const stranger = "上海样例嘉定水泥粉磨站有限公司";

/** A name that no other test, project or worker uses. */
const unique = (words: string) => `${words} ${test.info().project.name} ${Date.now()}`;

test("a button pressed twice makes one record", async ({ signedIn }) => {
  const page = await signedIn("memberAdmin");
  const title = unique("磅房排队太久怎么办");
  await fillInQuestion(page, { category: "其他", title, body: "早上八点到十点最挤。" });
  await page.getByRole("button", { name: "提交", exact: true }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await page.goto(`/issues?view=all&q=${encodeURIComponent(title)}`);
  await expect(page.getByRole("link", { name: title })).toHaveCount(1);
});

test("who saves a contact after somebody else sees both versions, and nothing is lost", async ({ signedIn }) => {
  const first = await signedIn("staff");
  const name = unique("高师傅");
  await openMember(first, stranger);
  await first.getByRole("link", { name: "新增联系人" }).click();
  await first.getByLabel("姓名").fill(name);
  await first.getByLabel("职务").fill("调度");
  await first.getByLabel("其他事务").check();
  await first.getByRole("button", { name: "保存" }).click();

  await first.getByRole("link", { name: `修改 ${name}` }).click();
  await expect(first.getByLabel("职务")).toHaveValue("调度");
  const second = await first.context().newPage();
  await second.goto(first.url());
  await second.getByLabel("职务").fill("调度长");
  await second.getByRole("button", { name: "保存" }).click();
  await expect(second.getByRole("status").first()).toContainText("已保存");

  await first.getByLabel("职务").fill("值班长");
  await first.getByRole("button", { name: "保存" }).click();
  const both = first.getByRole("alert").getByRole("row").filter({ hasText: "职务" });
  await expect(both.getByRole("cell")).toContainText(["调度长", "值班长"]);
  await expect(first.getByLabel("职务")).toHaveValue("值班长");
  await second.reload();
  await expect(second.getByRole("row", { name })).toContainText("调度长");

  await first.getByRole("button", { name: "保存" }).click();
  await expect(first.getByRole("row", { name })).toContainText("值班长");
});

test("who files a report after a colleague sees both, and nothing is lost", async ({ signedIn }) => {
  const first = await signedIn("memberAdmin");
  await openPastReport(first, "周浦搅拌站", 2);
  await fillInStandstill(first, 11, "我填的：电缆抢修");
  const second = await first.context().newPage();
  await second.goto(first.url());
  await fillInStandstill(second, 12, "同事填的：等料");
  await file(second);

  await first.getByRole("button", { name: "提交", exact: true }).click();
  const main = first.getByRole("main");
  await expect(main).toContainText("有人先提交了");
  await expect(main).toContainText("同事填的：等料");
  await expect(first.getByRole("textbox", { name: "说明" })).toHaveValue("我填的：电缆抢修");
  await first.getByRole("textbox", { name: "更正原因" }).fill("同事看错了单子");
  await first.getByRole("button", { name: "提交", exact: true }).click();
  await expect(main).toContainText("我填的：电缆抢修");
  await expect(main).toContainText("同事看错了单子");
});

test("a file of the wrong type is refused with its real type named", async ({ signedIn }) => {
  const page = await signedIn("memberAdmin");
  await fillInQuestion(page, { category: "产品质量", title: unique("检验报告怎么看"), body: "附上照片。" });
  const files = page.getByLabel("附件");
  const submit = page.getByRole("button", { name: "提交", exact: true });
  await files.setInputFiles(png("检验报告.pdf"));
  await submit.click();
  await expect(page.getByRole("main")).toContainText("“检验报告.pdf”的实际类型是 png");
  await expect(page.getByLabel("详细说明")).toHaveValue("附上照片。");

  await files.setInputFiles({ ...docx("检验报告.zip", "表"), mimeType: "application/zip" });
  await submit.click();
  await expect(page.getByRole("main")).toContainText("“检验报告.zip”的实际类型是 docx");
});

test("what belongs to another member is not there", async ({ signedIn, device }) => {
  const office = await device();
  await signInAs(office, "staff");
  await openMember(office, stranger);
  const member = new URL(office.url()).pathname;
  const contact = await address(office.getByRole("region", { name: "联系人" }).getByRole("link"));
  const plant = await address(office.getByRole("region", { name: "厂区" }).getByRole("link"));
  await office.goto(plant);
  const entrance = await address(office.getByRole("region", { name: "出入口" }).getByRole("link"));

  const page = await signedIn("memberAdmin");
  for (const path of [member, `${member}/edit`, `${member}/people`, contact, plant, `${plant}/supply`, entrance]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    expect(await page.content(), path).not.toContain("嘉定");
  }
});

async function address(links: Locator): Promise<string> {
  return (await links.first().getAttribute("href")) ?? "";
}

async function openMember(page: Page, name: string) {
  await page.goto(`/members?q=${encodeURIComponent(name)}`);
  await page.getByRole("link", { name }).click();
}
