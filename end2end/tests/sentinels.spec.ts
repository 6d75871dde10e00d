// A model comes into the catalogue, a plant enters a device of it and its evidence, and the device counts as a sentinel; one
// request asks for devices at two entrances; devices are accepted together, one breaks, its vendor is told and mends it: on a
// phone, on a desktop and without JavaScript.
import type { Page } from "@playwright/test";
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

test("one request asks for devices at two entrances", async ({ page }) => {
  await signInAs(page, "memberOperator");
  const main = page.getByRole("main");
  const goOn = () => page.getByRole("button", { name: "保存并继续" }).click();
  await page.goto("/sentinels/new");
  await page.getByRole("radio", { name: "东门" }).check();
  await goOn();
  const answers: [string, string][] = [
    ["人流量大，容易排队吗？", "否"],
    ["要在这里核验车上的人吗？", "是"],
    ["有没有闸机或门禁？", "没有，也不准备装"],
    ["必须确认本人与证件一致吗？", "否"],
    ["核验的人和被核验的人要保持距离吗？", "否"],
  ];
  for (const [question, answer] of answers) {
    await page.getByRole("group", { name: question }).getByRole("radio", { name: answer, exact: true }).check();
  }
  await goOn();
  await page.getByRole("button", { name: "再加一种设备" }).click();
  for (const [n, entrance] of ["东门", "办公楼"].entries()) {
    const line = page.getByRole("group", { name: `设备 ${n + 1}` });
    await line.getByLabel("装在哪个出入口").selectOption({ label: entrance });
    await line.getByLabel("数量").fill(String(n + 1));
    await line.getByLabel("品牌").fill("守门人");
    await line.getByLabel("型号").fill(`SMR-${n}`);
    await line.getByRole("textbox", { name: "设备服务商" }).fill("上海样板智能设备有限公司");
  }
  await page.getByRole("group", { name: /技术规范/ }).getByRole("radio", { name: "是", exact: true }).check();
  await page.getByRole("group", { name: /SHData/ }).getByRole("radio", { name: "由设备服务商确认" }).check();
  await expectAccessible(page);
  await goOn();
  await goOn();
  await expect(main).toContainText("新塘粉磨站 · 东门：手持式，1 台，品牌 守门人，型号 SMR-0");
  await expect(main).toContainText("新塘粉磨站 · 办公楼：手持式，2 台，品牌 守门人，型号 SMR-1");
  await expectAccessible(page);
  await page.getByText("不申领了，删除草稿").click();
  await page.getByRole("button", { name: "删除草稿" }).click();
});

/** Enters an installed device and leads to its page. */
async function installed(page: Page, serial: string) {
  await page.goto("/sentinels/devices/new");
  await page.getByLabel("出入口").selectOption({ index: 1 });
  await page.getByLabel("从目录里选").selectOption({ label: "示范智能 SF-H1 · 手持式" });
  await page.getByLabel("序列号").fill(serial);
  await page.getByRole("radio", { name: "已安装" }).check();
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(serial);
}

test("devices are accepted together, and one that failed is mended", async ({ page }) => {
  const serial = `Y${test.info().project.name}${Date.now() % 1_000_000}`;
  await signInAs(page, "memberOperator");
  const main = page.getByRole("main");
  const heading = page.getByRole("heading", { level: 1 });
  await installed(page, `${serial}A`);
  await installed(page, `${serial}B`);

  await test.step("both are tested by one protocol, and what was found leads them on", async () => {
    await page.getByRole("link", { name: "开始验收" }).click();
    await page.getByRole("checkbox", { name: `${serial}A` }).check();
    await page.getByRole("checkbox", { name: `${serial}B` }).check();
    await expectAccessible(page);
    await page.getByRole("button", { name: "建立这一批" }).click();
    await expect(heading).toContainText("YS-");
    await expectAccessible(page);
    const failing = page.getByRole("group", { name: `${serial}B` });
    await failing.getByLabel("拒止").selectOption({ label: "不合格" });
    await failing.getByLabel("说明").fill("红码也放行");
    await page.getByRole("checkbox", { name: "没有填的都合格" }).check();
    await page.getByLabel("测试人员").fill("李工");
    await page.getByRole("button", { name: "录入结果" }).click();
    await expect(main).toContainText("1 台不合格");
    await page.getByLabel("扫描件或照片").setInputFiles(pdf("验收单.pdf"));
    await page.getByRole("button", { name: "上传" }).click();
    await expect(main.getByRole("link", { name: "验收单.pdf" })).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("the vendor is told of the fault and mends it", async () => {
    await page.getByRole("link", { name: `${serial}B` }).click();
    await expect(main).toContainText("未告知服务商");
    await page.getByRole("radio", { name: "电话" }).check();
    await page.getByLabel("服务商的报修单号").fill("BX-7");
    await expectAccessible(page);
    await page.getByRole("button", { name: "保存" }).first().click();
    await expect(main).toContainText("等服务商维修");
    await page.goto("/sentinels/faults");
    await expect(main).toContainText(`${serial}B`);
    await expectAccessible(page);
    await page.getByRole("link", { name: `${serial}B` }).click();
    await page.getByText("登记处理结果").click();
    await page.getByRole("radio", { name: /修好了/ }).check();
    await page.getByRole("button", { name: "保存" }).last().click();
    await expect(main).toContainText("已修好");
    await expectAccessible(page);
  });

  await test.step("the other one is checked", async () => {
    await page.goto(`/sentinels/devices?q=${serial}A`);
    await page.getByRole("main").getByRole("link", { name: "示范智能 SF-H1" }).click();
    await page.getByText("登记巡检").first().click();
    await page.getByRole("radio", { name: "合格", exact: true }).check();
    await page.getByRole("button", { name: "登记巡检" }).click();
    await expect(main).toContainText("下次巡检");
    await expectAccessible(page);
  });
});
