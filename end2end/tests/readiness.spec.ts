// A plant sees what it lacks, shows an inspector its sheet, and the association sees who is ready: on a phone, on a desktop and
// without JavaScript.
import { accounts, demoPassword, signIn } from "../fixtures/accounts.ts";
import { expect, test } from "../fixtures/association.ts";
import { pdfFacts } from "../fixtures/pdf-facts.ts";
import { expectAccessible } from "../fixtures/test.ts";

test.use({ withDemo: true, expectedFaults: [/ERR_INTERNET_DISCONNECTED/] });

test("a plant's readiness is seen, proven on paper and checked by a stranger", async ({ association, viewport, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  const options = { viewport: viewport ?? null, javaScriptEnabled: javaScriptEnabled ?? true, locale: "zh-CN" };
  const page = await association.device(options);
  const main = page.getByRole("main");
  await signIn(page, accounts.memberAdmin, demoPassword);

  await test.step("the matrix says what every entrance is covered by, and leads to what mends it", async () => {
    await page.goto("/coverage");
    await expectAccessible(page);
    await main.getByRole("link", { name: /什么都没有/ }).first().click();
    await main.getByRole("link", { name: /^申领场所码/ }).first().click();
    await expect(page).toHaveURL(/\/place-codes\/apply/);
  });

  await test.step("a plant says what it still lacks", async () => {
    await page.goto("/readiness");
    await expectAccessible(page);
    await main.getByRole("rowheader").getByRole("link").first().click();
    await expect(main).toContainText("出入口全部覆盖");
    await expectAccessible(page);
  });

  const make = main.getByRole("button", { name: "按现在的情况出具证明单" });
  await test.step("without a network the browser says so, and going back loses nothing", async () => {
    if (javaScriptEnabled === false) return;
    await page.context().setOffline(true);
    await make.click();
    await expect(page).toHaveURL(/^chrome-error:/);
    await page.context().setOffline(false);
    await page.goBack();
  });

  const proof = await test.step("its one sheet is one page", async () => {
    await make.click();
    await expect(main).toContainText("ZB-");
    await expect(main.getByRole("link", { name: /^打开证明单/ })).toHaveCount(1);
    await expectAccessible(page);
    const paper = await page.request.get((await main.getByRole("link", { name: /^打开证明单/ }).getAttribute("href")) ?? "");
    const facts = pdfFacts(await paper.body());
    expect(facts.pages).toBe(1);
    expect(facts.paper).toContain("A4");
    expect(facts.text).toContain("准备情况证明单");
    return (await main.getByRole("link", { name: /^核验证明单/ }).getAttribute("href")) ?? "";
  });

  const stranger = await association.device(options);
  await test.step("a stranger checks it without an account", async () => {
    await stranger.goto(proof);
    await expect(stranger.getByRole("main")).toContainText("证明单是真的");
    await expect(stranger.getByRole("main")).toContainText("现在仍然如此");
    await expectAccessible(stranger);
  });

  await test.step("the association asks for something else, and the sheet says that it no longer holds", async () => {
    const staff = await association.device(options);
    await signIn(staff, accounts.staff, demoPassword);
    await staff.goto("/readiness");
    await expectAccessible(staff);
    await staff.getByRole("link", { name: "事项和条件" }).first().click();
    await expectAccessible(staff);
    await staff.getByLabel("事项名称").fill("防汛准备");
    await staff.getByRole("checkbox", { name: "出入口全部覆盖" }).uncheck();
    await staff.getByRole("button", { name: "保存" }).click();
    await expect(staff.getByRole("heading", { level: 1 })).toHaveText("防汛准备情况");
    await stranger.goto(proof);
    await expect(stranger.getByRole("main")).toContainText("不再有效");
    await expect(stranger.getByRole("main")).toContainText("现在不要求");
  });
});

test("a link that was never made proves nothing", async ({ association }) => {
  const stranger = await association.device();
  const answer = await stranger.request.get("/proof/nothing");
  expect(answer.status()).toBe(404);
  expect(await answer.text()).toContain("没有这张证明单");
});
