// Postings on a phone: a copy is recorded with a photo and checked, one that cannot be read is confirmed by eye, a new version
// recalls what hangs until the photos of others are right, and a photo survives a network that drops, a portal that does not take
// it and a session that ran out.
import { Buffer } from "node:buffer";
import type { Locator, Page } from "@playwright/test";
import { toBuffer } from "qrcode";
import { accounts, demoPassword, signIn } from "../fixtures/accounts.ts";
import { expect, test } from "../fixtures/association.ts";
import { expectAccessible } from "../fixtures/test.ts";

test.use({ withDemo: true });
test.describe.configure({ timeout: 120_000 });

const current = "https://code.example/place/xintang-east-gate-2";
const later = "https://code.example/e2e/xintang-east-gate-3";

/** A photo that shows a code. */
async function photo(payload: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  return { name: "IMG_0001.png", mimeType: "image/png", buffer: await toBuffer(payload, { scale: 6 }) };
}

/** A photo in which nothing can be read: a single dot. */
const blurred = {
  name: "IMG_0002.png",
  mimeType: "image/png",
  buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
};

async function toForm(page: Page): Promise<Locator> {
  const main = page.getByRole("main");
  await page.goto("/place-codes?standing=current");
  await main.locator("table tbody th a").first().click();
  await main.getByRole("link", { name: "登记张贴" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("登记张贴");
  return main;
}

test("a copy is recorded, checked by its photo, and one that cannot be read by eye", async ({ association }) => {
  const page = await association.device({ javaScriptEnabled: test.info().project.use.javaScriptEnabled ?? true, ...size(), locale: "zh-CN" });
  await signIn(page, accounts.memberAdmin, demoPassword);
  const main = await toForm(page);

  await test.step("the form has the usual paper, and the rules beside it", async () => {
    await expectAccessible(page);
    await expect(main.getByLabel("尺寸", { exact: true })).toHaveValue("a4");
    await expect(main).toContainText("纸张不小于 210×297 毫米");
  });

  await test.step("a form with an error does not lose the photo", async () => {
    await main.getByLabel("照片").setInputFiles(await photo(current));
    await main.getByRole("button", { name: "保存" }).click();
    await expect(main).toContainText("请填写“张贴位置”");
    await expect(main).toContainText("这张照片已经收到");
    await expectAccessible(page);
    await main.getByLabel("张贴位置").fill("磅房窗口");
    await main.getByRole("button", { name: "保存" }).click();
    await expect(page.getByRole("status").first()).toContainText("照片里的场所码正确");
    await expectAccessible(page);
  });

  await test.step("another photo takes the place of the one that arrived", async () => {
    await toForm(page);
    await page.waitForLoadState("networkidle");
    await main.getByLabel("张贴位置").fill("");
    await main.getByLabel("照片").setInputFiles(blurred);
    await main.getByRole("button", { name: "保存" }).click();
    await expect(main).toContainText("这张照片已经收到");
    await page.waitForLoadState("networkidle");
    await main.getByLabel("张贴位置").fill("食堂门口");
    await main.getByRole("checkbox", { name: "不用这张照片" }).check();
    await main.locator("input[type=file]").setInputFiles(await photo(current));
    await expectAccessible(page);
    await main.getByRole("button", { name: "保存" }).click();
    await expect(page.getByRole("status").first()).toContainText("照片里的场所码正确");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("食堂门口");
  });

  await test.step("what cannot be read is confirmed by eye, and the page says so", async () => {
    await toForm(page);
    await main.getByLabel("张贴位置").fill("宿舍楼门口");
    await main.getByLabel("照片").setInputFiles(blurred);
    await main.getByRole("button", { name: "保存" }).click();
    await expect(main).toContainText("照片里的码读不出来");
    await main.getByLabel("怎么核对的").fill("玻璃反光，手机能扫");
    await expectAccessible(page);
    await main.getByRole("button", { name: "确认正确" }).click();
    await expect(main).toContainText("这一张是目视确认的");
    await expectAccessible(page);
  });

  await test.step("the list finds both", async () => {
    await page.goto("/place-codes/postings?state=by_eye");
    await expect(main).toContainText("宿舍楼门口");
    await expect(main).not.toContainText("磅房窗口");
    await expectAccessible(page);
  });
});

test.describe("of a recall", () => {
  test.use({ expectedFaults: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

  test("a new version recalls what hangs until it is replaced", async ({ association }) => {
    const javaScriptEnabled = test.info().project.use.javaScriptEnabled ?? true;
    const page = await association.device({ javaScriptEnabled, ...size(), locale: "zh-CN" });
    await signIn(page, accounts.memberAdmin, demoPassword);
    const main = page.getByRole("main");

    await test.step("the new code is put on record", async () => {
      await page.goto("/place-codes?standing=current");
      await main.locator("table tbody th a").first().click();
      await main.getByText("换上新的场所码").click();
      await main.getByLabel("场所码图片").setInputFiles(await photo(later));
      await main.getByRole("button", { name: "上传" }).click();
      await expect(page.getByRole("status").first()).toContainText("已收录");
    });

    await test.step("everything that hangs is to be replaced, with a day", async () => {
      await page.goto("/place-codes/recalls");
      await expect(main).toContainText("已换 0 张");
      await expectAccessible(page);
      await page.goto("/todo");
      await main.getByRole("link", { name: "张场所码要换" }).click();
      await expect(main).toContainText("前换好");
      await expectAccessible(page);
    });

    await test.step("one is replaced by the photo of another", async () => {
      await main.locator("table tbody th a").first().click();
      await expectAccessible(page);
      await main.getByRole("link", { name: "换一张新的" }).click();
      await expect(main.getByLabel("张贴位置")).not.toHaveValue("");
      await page.waitForLoadState("networkidle");
      await main.getByLabel("照片").setInputFiles(await photo(later));
      await expectAccessible(page);
      // Where the portal's script runs, the network drops on the way and nothing is lost.
      await page.context().setOffline(javaScriptEnabled);
      await main.getByRole("button", { name: "保存" }).click();
      if (javaScriptEnabled) {
        await expect(main).toContainText("网络断了");
        await expect(main).toContainText("照片还在，不用重拍");
        await expectAccessible(page);
        await page.context().setOffline(false);
      }
      await expect(page.getByRole("status").first()).toContainText("照片里的场所码正确");
      await page.goto("/place-codes/recalls");
      await expect(main).toContainText("已换 1 张");
    });

    await test.step("a lost copy is reported and waits too", async () => {
      await page.goto("/place-codes/postings?state=right");
      await main.locator("table tbody th a").first().click();
      await main.getByText("报告破损或丢失").click();
      await main.getByRole("radio", { name: "丢失" }).check();
      await main.getByRole("button", { name: "报告", exact: true }).click();
      await expect(main).toContainText("请换一张新的");
      await expectAccessible(page);
    });

    await test.step("the secretariat sees how far it is", async () => {
      const office = await association.device({ locale: "zh-CN" });
      await signIn(office, accounts.staff, demoPassword);
      await office.goto("/place-codes/recalls");
      await expect(office.getByRole("main")).toContainText("全协会");
      await expectAccessible(office);
    });
  });
});

test.describe("with a network that drops", () => {
  test.use({ expectedFaults: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

  test("the photo is sent again without taking it anew", async ({ association, javaScriptEnabled }) => {
    test.skip(!javaScriptEnabled, "without JavaScript the browser itself says that there is no network");
    const page = await association.device({ ...size(), locale: "zh-CN" });
    await signIn(page, accounts.memberAdmin, demoPassword);
    const main = await toForm(page);
    await page.waitForLoadState("networkidle");
    await main.getByLabel("张贴位置").fill("码头岗亭");
    await main.getByLabel("照片").setInputFiles(await photo(current));
    await page.context().setOffline(true);
    await main.getByRole("button", { name: "保存" }).click();
    await expect(main).toContainText("网络断了");
    await expectAccessible(page);
    // By hand it is no better while there is no network.
    await main.getByRole("button", { name: "现在再传一次" }).click();
    await expect(main).toContainText("照片还在，不用重拍");
    await page.context().setOffline(false);
    await expect(page.getByRole("status").first()).toContainText("照片里的场所码正确");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("码头岗亭");
  });

  test("an upload that breaks off on its way is sent again", async ({ association, javaScriptEnabled }) => {
    test.skip(!javaScriptEnabled, "without JavaScript the browser itself says that there is no network");
    const page = await association.device({ ...size(), locale: "zh-CN" });
    await signIn(page, accounts.memberAdmin, demoPassword);
    const main = await toForm(page);
    await page.waitForLoadState("networkidle");
    let broken = 0;
    await page.route("**/photo", async (route) => {
      broken += 1;
      await (broken === 1 ? route.abort("failed") : route.continue());
    });
    await main.getByLabel("张贴位置").fill("料场道闸");
    await main.getByLabel("照片").setInputFiles(await photo(current));
    await main.getByRole("button", { name: "保存" }).click();
    await expect(main).toContainText("网络断了");
    await main.getByRole("button", { name: "现在再传一次" }).click();
    await expect(page.getByRole("status").first()).toContainText("照片里的场所码正确");
    expect(broken).toBe(2);
  });
});

test.describe("with a portal that does not take the photo", () => {
  test.use({ expectedFaults: [/^503: POST .*\/photo$/] });

  const answers = [
    { status: 503, words: "平台暂时没有收下照片" },
    { status: 401, words: "登录已失效" },
  ];
  for (const { status, words } of answers) {
    test(`after an answer of ${status} the photo is sent again without choosing it anew`, async ({ association, javaScriptEnabled }) => {
      test.skip(!javaScriptEnabled, "without JavaScript the form brings its photo itself");
      const page = await association.device({ ...size(), locale: "zh-CN" });
      await signIn(page, accounts.memberAdmin, demoPassword);
      const main = await toForm(page);
      await page.waitForLoadState("networkidle");
      let sent = 0;
      await page.route("**/photo", async (route) => {
        sent += 1;
        await (sent === 1 ? route.fulfill({ status }) : route.continue());
      });
      await main.getByLabel("张贴位置").fill("卸船平台");
      await main.getByLabel("照片").setInputFiles(await photo(current));
      await main.getByRole("button", { name: "保存" }).click();
      await expect(main).toContainText(words);
      await expect(main.getByLabel("张贴位置")).toHaveValue("卸船平台");
      await expectAccessible(page);
      const way = main.getByRole("link", { name: "登录（打开新标签页）" });
      await expect(way).toHaveCount(status === 401 ? 1 : 0);
      if (status === 401) {
        const [other] = await Promise.all([page.waitForEvent("popup"), way.click()]);
        await other.waitForLoadState("networkidle");
        await other.close();
        await expect(main).toContainText(words);
      }
      await main.getByRole("button", { name: "现在再传一次" }).click();
      await expect(page.getByRole("status").first()).toContainText("照片里的场所码正确");
      await expect(page.getByRole("heading", { level: 1 })).toContainText("卸船平台");
      expect(sent).toBe(2);
    });
  }
});

/** As large as the project's screen. */
function size() {
  const { viewport } = test.info().project.use;
  return viewport ? { viewport } : {};
}
