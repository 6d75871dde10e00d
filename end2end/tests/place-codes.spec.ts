// Place codes on a phone: applied for, approved, uploaded many at a time, looked at, and the list of the secretariat; and
// an application that is noted as handed in just when the network drops.
import { Buffer } from "node:buffer";
import { toBuffer } from "qrcode";
import { accounts, demoPassword, signIn } from "../fixtures/accounts.ts";
import { expect, test } from "../fixtures/association.ts";
import { expectAccessible } from "../fixtures/test.ts";

test.use({ withDemo: true });

const phone = { viewport: { width: 360, height: 740 } };
/** What is copied of the member, by the words of its buttons. */
const ofUnit = {
  复制单位名称: "上海示范浦江海岸水泥制品与建筑材料供应链集团股份有限公司",
  复制统一社会信用代码: "91310115DEM000022K",
};

/** An image as the city issues it. */
async function issued(name: string, payload: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  return { name, mimeType: "image/png", buffer: await toBuffer(payload, { scale: 6 }) };
}

test("codes are applied for, uploaded and on record", async ({ association }) => {
  test.setTimeout(120_000);
  const script = test.info().project.use.javaScriptEnabled ?? true;
  const page = await association.device({ ...phone, javaScriptEnabled: script, locale: "zh-CN" });
  await signIn(page, accounts.memberAdmin, demoPassword);
  const main = page.getByRole("main");
  const heading = page.getByRole("heading", { level: 1 });

  await test.step("the member picks what the check lets through", async () => {
    await page.goto("/place-codes");
    await expectAccessible(page);
    await main.getByRole("link", { name: "申领场所码" }).first().click();
    await main.getByRole("link", { name: "上海示范浦江" }).click();
    await expect(main.getByRole("checkbox", { name: "货运门" })).toBeChecked();
    await expectAccessible(page);
    await main.getByRole("button", { name: "生成申领表" }).click();
    await expect(heading).toContainText("SL-");
    await expectAccessible(page);
  });
  const application = page.url();

  await test.step("every value can be copied, place by place", async () => {
    await main.getByRole("link", { name: "逐个复制内容" }).click();
    await expect(main).toContainText("第 1 个，共 4 个");
    if (script) await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: association.portal.url });
    for (const [name, value] of Object.entries(ofUnit)) {
      const box = main.locator(".copy-text", { has: page.getByRole("textbox", { name }) });
      await expect(box.getByRole("textbox")).toHaveValue(value);
      if (!script) continue;
      await box.getByRole("button", { name }).click();
      await expect(box.getByRole("button")).toHaveText("已复制，可以粘贴到微信");
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value);
    }
    await expectAccessible(page);
    await main.getByRole("link", { name: "下一个出入口" }).click();
    await expect(main).toContainText("第 2 个，共 4 个");
    await expectAccessible(page);
    await page.goto(application);
  });

  await test.step("it is noted as handed in, and as approved", async () => {
    await main.getByRole("radio", { name: "电脑" }).check();
    await main.getByRole("radio", { name: "法人一证通" }).check();
    await main.getByLabel("经办人").fill("钱敏");
    await main.getByRole("button", { name: "登记已提交" }).click();
    await expect(main).toContainText("等待审核");
    await expectAccessible(page);
    await main.getByRole("button", { name: "全部通过" }).click();
    await expect(main).toContainText("已通过，待上传场所码");
  });

  await test.step("many images are matched by their names and stored together", async () => {
    await page.goto("/place-codes");
    await main.getByRole("link", { name: "批量上传" }).click();
    await main.getByRole("link", { name: "上海示范浦江" }).click();
    await main.getByLabel("场所码图片或 ZIP").setInputFiles([
      await issued("浦江一厂北门.png", "https://code.example/e2e/north"),
      await issued("浦江一厂货运门.png", "https://code.example/e2e/freight"),
      await issued("IMG_0042.png", "https://code.example/e2e/other"),
      { name: "没有码.png", mimeType: "image/png", buffer: Buffer.from("no picture") },
    ]);
    await main.getByRole("button", { name: "上传并核对" }).click();
    await expect(heading).toHaveText("核对场所码");
    await expect(main).toContainText("1 张没有收下");
    await expect(main.getByLabel("浦江一厂北门.png").locator("option:checked")).toHaveText("北门");
    await main.getByLabel("IMG_0042.png").selectOption({ label: "大门" });
    await expectAccessible(page);
    await main.getByRole("button", { name: "确认保存" }).click();
    await expect(heading).toHaveText("上传结果");
    await expectAccessible(page);
  });

  await test.step("the entrance has its code", async () => {
    await main.getByRole("link", { name: "货运门" }).click();
    await expect(heading).toContainText("货运门");
    await expect(main).toContainText("CSM-");
    const image = main.getByRole("img", { name: "货运门" });
    expect(await image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(100);
    await expectAccessible(page);
    await page.goto(application);
    await expect(main).toContainText("场所码已收录");
  });

  await test.step("its sheet is made at once, those of the plant as a job that can be left", async () => {
    await page.goto("/place-codes?standing=current&q=货运门");
    await main.getByRole("link", { name: "货运门" }).click();
    await main.getByRole("link", { name: "打印", exact: true }).click();
    await expectAccessible(page);
    const form = new URLSearchParams({ kind: "poster", size: "a4", code: "issued" });
    const action = (await main.locator("form.form").getAttribute("action")) ?? "";
    const sheet = await page.request.get(`${action}?${form}`);
    expect(sheet.headers()["content-type"]).toBe("application/pdf");
    await page.goBack();
    await main.getByRole("link", { name: "打印本厂区全部" }).click();
    await main.getByRole("button", { name: "生成 PDF" }).click();
    const job = page.url();
    await page.goto("/todo");
    await page.goto(job);
    await expect(async () => {
      await page.reload();
      await expect(main).toContainText("2 张已经生成", { timeout: 500 });
    }).toPass({ timeout: 60_000 });
    await expectAccessible(page);
    const file = (await main.getByRole("link", { name: "打开 PDF" }).getAttribute("href")) ?? "";
    expect((await page.request.get(file)).headers()["content-type"]).toBe("application/pdf");
  });

  await test.step("the secretariat finds it in its list", async () => {
    const office = await association.device({ javaScriptEnabled: script, locale: "zh-CN" });
    await signIn(office, accounts.staff, demoPassword);
    await office.goto("/place-codes?standing=current&q=货运门");
    await expect(office.getByRole("main")).toContainText("浦江一厂");
    await expectAccessible(office);
    await office.goto("/place-codes/applications");
    await expect(office.getByRole("main")).toContainText("SL-");
    await expectAccessible(office);
  });
});

test.describe("with a network that drops", () => {
  test.use({ expectedFaults: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

  test("what was typed about an application is there again and is noted once", async ({ association, javaScriptEnabled }) => {
    test.skip(!javaScriptEnabled, "without JavaScript the browser itself says that there is no network");
    const page = await association.device({ ...phone, locale: "zh-CN" });
    await signIn(page, accounts.memberAdmin, demoPassword);
    const main = page.getByRole("main");
    const handler = main.getByLabel("经办人");
    const note = main.getByRole("button", { name: "登记已提交" });
    await page.goto("/place-codes/apply");
    await main.getByRole("link", { name: "上海示范浦江" }).click();
    await main.getByRole("button", { name: "生成申领表" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("SL-");
    const application = page.url();
    await page.waitForLoadState("networkidle");
    await main.getByRole("radio", { name: "电脑" }).check();
    await main.getByRole("radio", { name: "法人一证通" }).check();
    await handler.fill("钱敏");

    await page.context().setOffline(true);
    await note.click();
    // The browser's own page says that there is no network.
    await expect(page).not.toHaveURL(application);
    await page.context().setOffline(false);
    await page.goto(application);
    await expect(main).toContainText("已恢复您上次没有提交的内容");
    await expect(main.getByRole("radio", { name: "电脑" })).toBeChecked();
    await expect(main.getByRole("radio", { name: "法人一证通" })).toBeChecked();
    await expect(handler).toHaveValue("钱敏");
    await expectAccessible(page);
    await note.click();
    await expect(main).toContainText("等待审核");

    const office = await association.device({ locale: "zh-CN" });
    await signIn(office, accounts.staff, demoPassword);
    const id = new URL(application).pathname.split("/").pop() ?? "";
    await office.goto(`/audit?act=place_code_application.filed&subject=${id}`);
    await expect(office.getByRole("main").locator("tbody tr")).toHaveCount(1);
  });
});
