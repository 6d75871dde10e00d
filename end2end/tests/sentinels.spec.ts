// A model comes into the catalogue, a plant enters a device of it and its evidence, and the device counts as a sentinel: on a
// phone, on a desktop and without JavaScript.
import { signInAs } from "../fixtures/accounts.ts";
import { pdf } from "../fixtures/papers.ts";
import { expect, expectAccessible, test } from "../fixtures/test.ts";

test("a device of a new model is entered, proven and counts as a sentinel", async ({ device, page }) => {
  const model = `T-${test.info().project.name}-${Date.now() % 1_000_000}`;
  await signInAs(page, "staff");
  await page.goto("/sentinels");
  await page.getByRole("link", { name: "型号目录" }).click();
  await expectAccessible(page);
  await page.getByRole("link", { name: "添加型号" }).click();
  await page.getByLabel("品牌").fill("守门人");
  await page.getByLabel("型号").fill(model);
  await page.getByRole("radio", { name: "手持式" }).check();
  await page.getByRole("checkbox", { name: "语音播报" }).check();
  await page.getByRole("group", { name: /技术规范/ }).getByRole("radio", { name: "是", exact: true }).check();
  await page.getByLabel("设备服务商").fill("上海样板智能设备有限公司");
  await page.getByLabel("售后电话").fill("021-60000031");
  await expectAccessible(page);
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`守门人 ${model}`);

  const plant = await device();
  await signInAs(plant, "memberOperator");
  await plant.goto("/sentinels/devices");
  await expectAccessible(plant);
  await plant.getByRole("link", { name: "登记设备" }).first().click();
  await plant.getByLabel("出入口").selectOption({ index: 1 });
  await plant.getByLabel("从目录里选").selectOption({ label: `守门人 ${model} · 手持式` });
  await plant.getByLabel("序列号").fill(`SN ${model}`);
  await plant.getByRole("radio", { name: "已安装" }).check();
  await expectAccessible(plant);
  await plant.getByRole("button", { name: "保存" }).click();
  await expect(plant.getByRole("heading", { level: 1 })).toContainText(`SN ${model}`);
  await expect(plant.getByRole("main")).toContainText("还不能算数字哨兵");

  await plant.getByText("登记依据").first().click();
  for (const proof of ["符合技术规范", "接口已对接", "能实时核验"]) await plant.getByRole("checkbox", { name: proof }).check();
  await plant.getByLabel("文件或照片").setInputFiles(pdf("服务商确认函.pdf"));
  await expectAccessible(plant);
  await plant.getByRole("button", { name: "登记依据" }).click();
  await expect(plant.getByRole("main")).toContainText("算作数字哨兵");

  await plant.getByRole("radio", { name: "投入使用" }).check();
  await plant.getByRole("button", { name: "登记", exact: true }).click();
  await expect(plant.locator(".timeline")).toContainText("使用中");
  await expectAccessible(plant);

  await page.goto(`/sentinels/devices?counts=yes&q=${encodeURIComponent(model)}`);
  await expect(page.getByRole("main")).toContainText("使用中");
});
