// Delivery that can be proved: a mail server that is off, wrongly set and mended, a group robot, and answers that come back. On a
// phone, with and without JavaScript.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { expectAccessible } from "../fixtures/accessibility.ts";
import { accounts, demoPassword, type Role, signIn } from "../fixtures/accounts.ts";
import { type Association, expect, test } from "../fixtures/association.ts";
import { installOffice } from "../fixtures/install-mail.ts";
import { answerTo, replyAddress } from "../fixtures/letters.ts";
import { publish } from "../fixtures/notices.ts";
import { pdf } from "../fixtures/papers.ts";
import type { Portal } from "../fixtures/portal.ts";
import { Robot } from "../fixtures/robot.ts";
import { becomes, fillInWish, send } from "../fixtures/sentinels.ts";

test.use({ withDemo: true });
test.describe.configure({ timeout: 120_000 });
test.skip(({ isMobile }) => !isMobile, "mail leaves alike at every width: on a phone, with and without JavaScript");

const notice = { title: "关于磅房夜间值守的通知", body: "各会员单位：\n\n本周起磅房夜间有人值守，请告知驾驶员。" };

/** The mails that the terminal lists as these. */
const listed = (portal: Portal, which: string) => portal.run("outbox", "list", which).split("\n").filter((line) => line.includes("@"));

/** Everything arrives, nothing twice, and 发送情况 knows of each. */
async function allArrive({ portal, mailbox }: Association, staff: Page, timeout: number) {
  await expect.poll(() => listed(portal, "waiting").length, { message: "what still waits", timeout }).toBe(0);
  expect(listed(portal, "failed")).toEqual([]);
  const each = new Set(mailbox.mails.map((mail) => `${mail.messageId} ${mail.recipients.join()}`));
  expect(each.size, "mails of their own").toBe(mailbox.mails.length);
  expect(mailbox.mails.filter((mail) => mail.subject?.includes(notice.title)).length).toBeGreaterThan(1);
  await staff.goto("/outbox?state=accepted");
  await expect(staff.getByRole("main")).toContainText(`共 ${mailbox.mails.length} 条`);
}

test.describe("a mail server that is away", () => {
  test.use({ settings: { HUNITONG_MAIL_RETRY_MINUTES: "1" } });
  test.skip(({ javaScriptEnabled }) => !javaScriptEnabled, "once: it waits for a minute of the schedule to pass");

  test("keeps mails waiting and the portal going, and gets them all when it is back", async ({ association }) => {
    test.setTimeout(300_000);
    const { portal, mailbox } = association;
    await mailbox.switchOff();
    const before = mailbox.mails.length;
    const staff = await signedIn(association, "staff");
    const address = await publish(staff, notice);
    await staff.goto("/outbox");
    await becomes(staff, "稍后再试");
    expect(listed(portal, "waiting").length).toBeGreaterThan(1);
    await expectAccessible(staff);

    await test.step("the reason stands on a mail that was tried, and members go on meanwhile", async () => {
      await staff.goto("/outbox?state=deferred");
      await staff.getByRole("main").getByRole("rowheader").getByRole("link").first().click();
      await expect(staff.getByRole("main")).toContainText("还没有送出");
      await expectAccessible(staff);
      const member = await signedIn(association, "memberAdmin");
      await member.goto("/todo");
      await member.getByRole("link", { name: `阅读并确认《${notice.title}》` }).first().click();
      await member.getByRole("button", { name: "以上单位全部已收悉" }).click();
      await expect(member.getByRole("status").first()).toContainText("已确认收悉");
    });

    expect(mailbox.mails.length, "nobody is there").toBe(before);
    await mailbox.switchOn();
    await allArrive(association, staff, 200_000);
    await staff.goto(address);
    await staff.getByRole("link", { name: "收悉情况" }).click();
    await becomes(staff, "邮件服务器已接收");
  });
});

test.describe("a mail server set with a wrong password", () => {
  test.use({ demands: { password: "right" }, wrongPassword: "wrong" });

  test("pauses all mail and says what to mend; mended and released, everything leaves", async ({ association }) => {
    const { portal, mailbox } = association;
    const staff = await signedIn(association, "staff");
    await paused(association, staff, "不接受设置的账号或密码", "wrong password");
    await portal.restart({ SMTP_URL: mailbox.url });
    await released(association, staff);
  });
});

test.describe("a mail server with a certificate that nobody vouches for", () => {
  const certificates = path.join(import.meta.dirname, "../../server/tests/it/certificates");
  const pem = (name: string) => readFileSync(path.join(certificates, name));
  test.use({ demands: { encrypts: { key: pem("server.key"), cert: pem("server.pem") } } });

  test("gets nothing, not in the clear either, until its authority is set", async ({ association }) => {
    const { portal, mailbox } = association;
    const staff = await signedIn(association, "staff");
    await paused(association, staff, "与邮件服务器的加密连接无法建立", "certificate");
    expect(mailbox.mails).toEqual([]);
    await portal.restart({ HUNITONG_MAIL_CA: path.join(certificates, "ca.pem") });
    await released(association, staff);
  });
});

/** What 发送情况 says of a pause. */
const pause = (page: Page) => page.getByRole("main").getByRole("region", { name: "邮件暂停", exact: true });

/** Publishes and sees the queue pause for this reason, in the server's words too, with every mail as it was. */
async function paused(association: Association, staff: Page, reason: string, words: string) {
  await publish(staff, notice);
  await staff.goto("/outbox");
  await becomes(staff, reason);
  for (const said of [words, "没有一封丢失"]) await expect(pause(staff)).toContainText(said);
  await expect(pause(staff)).toContainText("SMTP_URL");
  await expectAccessible(staff);
  await staff.goto("/todo");
  await expect(staff.getByRole("link", { name: "起暂停发送" })).toBeVisible();
  const { portal, mailbox } = association;
  const waiting = listed(portal, "waiting");
  expect(waiting.length).toBeGreaterThan(1);
  for (const line of waiting) expect(line, "no attempt is used up").toMatch(/queued/);
  expect(mailbox.mails).toEqual([]);
}

/** With one press on the page, and then everything leaves. */
async function released(association: Association, staff: Page) {
  await staff.goto("/outbox");
  await staff.getByRole("button", { name: "恢复发送" }).click();
  await expect(staff.getByRole("status").first()).toContainText("邮件恢复发送");
  await allArrive(association, staff, 60_000);
  await staff.goto("/outbox");
  await expect(pause(staff)).toHaveCount(0);
}

test("a group gets the notice through its robot, whose webhook no page shows again", async ({ association }) => {
  const { portal } = association;
  const key = "0c0ffee0-1234-4abc-8def-5e2e2e2e2e2e";
  const robot = await Robot.open();
  await portal.restart(robot.settings);
  const admin = await signedIn(association, "admin");
  await admin.goto("/settings/groups");
  await expectAccessible(admin);
  await admin.getByRole("link", { name: "新增群" }).click();
  await admin.getByLabel("群名称").fill("夜班发运群");
  await admin.getByLabel("机器人的 Webhook 地址或 key").fill(`https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${key}`);
  await admin.getByRole("checkbox", { name: "发给全体会员的通知" }).check();
  await admin.getByRole("checkbox", { name: "启用" }).check();
  await expectAccessible(admin);
  await admin.getByRole("button", { name: "保存" }).click();
  await expect(admin.getByRole("status").first()).toContainText("已新增");
  const group = admin.url();

  await test.step("a test message arrives and is known to have", async () => {
    await admin.getByRole("button", { name: "发一条测试消息" }).click();
    await expect.poll(() => told(robot, key), { timeout: 20_000 }).toEqual([expect.stringContaining("夜班发运群")]);
    await becomes(admin, "群机器人已接收");
    await expectAccessible(admin);
  });

  await test.step("a notice to all members arrives with the way to its page", async () => {
    const staff = await signedIn(association, "staff");
    const address = await publish(staff, notice);
    await expect.poll(() => told(robot, key).length, { timeout: 20_000 }).toBe(2);
    const [, news = ""] = told(robot, key);
    expect(news).toContain(notice.title);
    expect(news).toContain(`${portal.url}${new URL(address).pathname}`);
    await staff.goto(address);
    await staff.getByRole("link", { name: "收悉情况" }).click();
    await becomes(staff, "夜班发运群");
    await becomes(staff, "群机器人已接收");
    expect(await staff.content()).not.toContain(key);
  });

  for (const page of ["/settings/groups", group, "/outbox", "/audit"]) {
    await admin.goto(page);
    expect(await admin.content(), page).not.toContain(key);
  }
  await admin.goto(group);
  await expect(admin.getByLabel("换成新的 Webhook 地址或 key")).toHaveValue("");
  await robot.close();
});

/** What was said to the robot with this key, in its order. */
const told = (robot: Robot, key: string) => robot.told.filter((told) => told.key === key).map(({ text }) => text);

test.describe("answers", () => {
  test.use({ settings: { HUNITONG_MAIL_REPLY_TO: "reply@portal.example.cn" } });

  test("come in by each way, stand with their request and become its appointment with one press", async ({ association }) => {
    const { portal, mailbox } = association;
    const member = await signedIn(association, "memberAdmin");
    await fillInWish(member, { plant: "新塘粉磨站", entrance: "东门", quantity: 1 });
    const number = await send(member);
    const request = member.url();
    const mail = await mailbox.mailTo(installOffice, number);
    await becomes(member, "邮件服务器已接收");
    const main = member.getByRole("main");
    const letter = { from: `邵工 <${installOffice}>` };

    await test.step("through the pipe of a mail server", async () => {
      const said = portal.pipe(await answerTo(mail, { ...letter, text: "收到，正在排期。" }), "mail", "ingest", "--recipient", replyAddress(mail));
      expect(said).toContain("Filed");
      await member.goto(request);
      await expect(main).toContainText("邵工");
      await expect(main).toContainText("收到，正在排期。");
    });

    const { day, words } = inDays(20);
    const paper = pdf("上门安装须知.pdf");
    const saved = await answerTo(mail, { ...letter, text: `您好，${words}上午上门安装，附须知。`, files: [paper] });
    const staff = await signedIn(association, "staff");
    await test.step("as a file that staff drop on the page", async () => {
      await staff.goto("/mails");
      await expectAccessible(staff);
      const file = { name: "回信.eml", mimeType: "message/rfc822", buffer: saved };
      await staff.getByLabel("邮件文件").setInputFiles(file);
      await staff.getByRole("button", { name: "导入", exact: true }).click();
      await expect(staff.getByRole("status").first()).toContainText("已收下并归档");
      await expect(staff.getByRole("main")).toContainText(number);
      await expectAccessible(staff);
      // The same file once more is the same mail.
      await staff.goto("/mails");
      await staff.getByLabel("邮件文件").setInputFiles(file);
      await staff.getByRole("button", { name: "导入", exact: true }).click();
      await expect(staff.getByRole("status").first()).toContainText("以前已经收下");
    });

    await test.step("the answer stands on the request's page with what came with it", async () => {
      await member.goto(request);
      await expect(main).toContainText("上门安装，附须知");
      const link = await member.getByRole("link", { name: paper.name }).getAttribute("href");
      const answer = await member.request.get(link ?? "");
      expect((await answer.body()).equals(paper.buffer), "the paper comes back as it was").toBe(true);
      await expectAccessible(member);
    });

    await test.step("one press makes it the appointment", async () => {
      await expect(member.getByRole("textbox", { name: "安装日期" })).toHaveValue(day);
      await member.getByRole("button", { name: "登记为已约定" }).click();
      await expect(member.getByRole("status").first()).toBeVisible();
      await expect(main).toContainText("已约定");
      await expect(main).toContainText(day);
      await expect(member.getByRole("button", { name: "登记为已约定" })).toHaveCount(0);
    });

    await test.step("a talk by phone is written down with two taps: the request, the button", async () => {
      await staff.goto("/sentinels");
      await staff.getByRole("link", { name: number }).click();
      await staff.getByRole("button", { name: "记一次电话" }).click();
      await expect(staff.getByRole("status").first()).toContainText("已记下");
      const talk = staff.getByRole("region", { name: "往来" }).getByRole("listitem").filter({ has: staff.getByText("电话", { exact: true }) });
      await expect(talk).toHaveCount(1);
      await expectAccessible(staff);
    });
  });
});

/** A day to come, as fields hold it and as people write it. */
function inDays(days: number): { day: string; words: string } {
  const at = new Date(Date.now() + days * 86_400_000);
  const day = new Intl.DateTimeFormat("sv", { timeZone: "Asia/Shanghai" }).format(at);
  const [, month, date] = day.split("-").map(Number);
  return { day, words: `${month}月${date}日` };
}

async function signedIn({ device }: Association, role: Role) {
  const page = await device();
  await signIn(page, accounts[role], demoPassword);
  return page;
}
