// The whole of an association's first days, from an empty database: members are entered and invited, a notice goes out and is
// confirmed, a plant reports, a question is answered, a sentinel is asked for and the mail arrives. With and without JavaScript.
import type { Page } from "@playwright/test";
import { signIn } from "../fixtures/accounts.ts";
import { type Association, expect, firstAdmin, test } from "../fixtures/association.ts";
import { haijiao, linhe, shatan } from "../fixtures/companies.ts";
import { expectInstallMail, installOffice } from "../fixtures/install-mail.ts";
import { accept, invite, linkIn, openByCode, toInvitation } from "../fixtures/invitations.ts";
import { numberIn, openFromTodo, raise, step } from "../fixtures/issues.ts";
import { identifier } from "../fixtures/mailbox.ts";
import { acknowledge, publish } from "../fixtures/notices.ts";
import { docx, pdf } from "../fixtures/papers.ts";
import { type Company, register } from "../fixtures/register.ts";
import { becomes, fillInWish, send } from "../fixtures/sentinels.ts";
import { file, fillInReport } from "../fixtures/supply.ts";

const notice = {
  title: "关于雨季散装发运安排的通知",
  number: "沪水协样〔2026〕7号",
  body: "各会员单位：\n\n雨季期间，散装水泥按预约发运。\n\n# 一、预约\n\n- 前一天下午四点前报车号\n- 临时加车请先打电话\n\n# 二、填报\n\n请每天填报库存。",
  files: [pdf("发运时间表.pdf"), docx("预约登记表.docx", "车号、品种、吨数")],
};

const question = {
  category: "运输通行",
  title: "雨天能否延长夜间发运时间",
  body: "连续下雨时白天装不了车，想在夜里多发两个小时。",
};

test("an association begins, and every job is done once", async ({ association }) => {
  test.setTimeout(300_000);
  const { device } = association;

  const admin = await device();
  await signIn(admin, firstAdmin.login, firstAdmin.password);
  const staff = await device();
  await test.step("the admin invites the staff by mail", () => inviteStaff(association, admin, staff));

  const [first, second] = [await device({ viewport: { width: 360, height: 740 } }), await device()];
  await test.step("staff enters three members and invites two people", async () => {
    await toInvitation(staff, await register(staff, linhe));
    const { link } = await invite(staff, linhe.head);
    await first.goto(link);
    await accept(first);
    await toInvitation(staff, await register(staff, haijiao));
    const { code } = await invite(staff, haijiao.head);
    await openByCode(second, code);
    await accept(second);
    await register(staff, shatan);
  });

  await test.step("a notice is published, confirmed by two and written down for one", () => followNotice(association, staff, [first, second]));
  await test.step("a plant reports on a phone and the secretariat sees it", () => reportSupply(staff, first));
  await test.step("a question is asked, answered and published without the member's name", () => askAndAnswer(association, staff, second));
  await test.step("a sentinel is asked for and the mail arrives", () => askForSentinel(association, first));
});

async function inviteStaff({ mailbox }: Association, admin: Page, staff: Page) {
  await admin.goto("/people");
  await admin.getByRole("link", { name: "邀请" }).click();
  const email = "ganshi@xiehui.example";
  await invite(admin, { name: "陈干事", email, role: "秘书处工作人员" });
  const mail = await mailbox.mailTo(email, "邀请您加入");
  await staff.goto(linkIn(mail.text ?? ""));
  await accept(staff);
}

async function followNotice({ mailbox }: Association, staff: Page, members: Page[]) {
  const address = await publish(staff, notice);
  for (const member of members) await acknowledge(member, notice.title);

  const read = members[0] as Page;
  for (const paper of notice.files) {
    const link = await read.getByRole("link", { name: paper.name }).getAttribute("href");
    const answer = await read.request.get(link ?? "");
    expect(answer.headers()["content-disposition"]).toContain(encodeURIComponent(paper.name));
    expect((await answer.body()).equals(paper.buffer), `${paper.name} comes back as it was`).toBe(true);
  }
  const mail = await mailbox.mailTo("notices@linhe.example", notice.title);
  expect(mail.text).toContain("前一天下午四点前报车号");
  for (const paper of notice.files) expect(mail.text).toContain(paper.name);

  await staff.goto(address);
  await staff.getByRole("link", { name: "收悉情况" }).click();
  await becomes(staff, "邮件服务器已接收");
  const row = (company: Company) => staff.getByRole("row").filter({ has: staff.getByRole("rowheader", { name: company.name }) });
  await expect(row(shatan)).toContainText("未确认");
  await expect(row(shatan)).toContainText("没有邮箱，请打电话");
  await expect(row(shatan)).toContainText("021-55550103");
  await row(shatan).getByText("电话代记").click();
  await row(shatan).getByLabel("备注").fill("冯根宝来电，已传达到班组");
  await row(shatan).getByRole("button", { name: "代记已收悉" }).click();
  await expect(row(shatan)).toContainText("陈干事 代记");
  await expect(row(shatan)).toContainText("已传达到班组");
  await expect(row(linhe)).toContainText("吴敏");
  await expect(row(haijiao)).toContainText("郑强");
  await expect(staff.getByRole("link", { name: "未确认 0" })).toBeVisible();
}

async function reportSupply(staff: Page, member: Page) {
  await member.goto("/supply");
  await member.getByRole("link", { name: linhe.plant }).first().click();
  await fillInReport(member, { staff: 41, product: "普通硅酸盐水泥 P·O 42.5", packing: "散装", output: 2400, shipped: 2100, stock: 13200, available: 4300 });
  await file(member);

  await staff.goto("/supply");
  const row = staff.getByRole("row").filter({ has: staff.getByRole("rowheader", { name: linhe.plant }) });
  // After the hour by which it is due the same report is marked late.
  await expect(row).toContainText(/已填报|迟报/);
  await expect(row).toContainText("13,200");
  await expect(row).toContainText("55.0%");
  await expect(row).toContainText("4,300");
  const waiting = staff.getByRole("row").filter({ has: staff.getByRole("rowheader", { name: haijiao.plant }) });
  if (hourInShanghai() < DUE) {
    await expect(waiting).not.toContainText(/已填报|迟报/);
    await expect(waiting).toContainText(haijiao.contact.phone);
  } else {
    // Who was entered after the hour owes nothing on that day.
    await expect(waiting).toHaveCount(0);
  }
}

/** The hour by which reports are due. */
const DUE = 10;

function hourInShanghai(): number {
  return Number(new Intl.DateTimeFormat("en", { hour: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" }).format());
}

async function askAndAnswer({ device }: Association, staff: Page, member: Page) {
  const number = await raise(member, question);
  await openFromTodo(staff, question.title);
  await staff.getByRole("button", { name: "受理" }).click();
  await step(staff, "请会员补充", "要会员补充什么", "每天大约多少车？");
  await openFromTodo(member, `请补充说明：${number}`);
  await expect(member.getByRole("main")).toContainText("每天大约多少车？");
  await step(member, "补充说明", "补充内容", "大约三十车。");
  await openFromTodo(staff, `会员已补充：${number}`);
  await expect(staff.getByRole("main")).toContainText("大约三十车。");
  await step(staff, "登记答复", "答复", "可以延长到二十四点，提前一天报备车号。");

  await openFromTodo(member, `已有答复：${number}`);
  await expect(member.getByRole("main")).toContainText("可以延长到二十四点");
  expect(numberIn(await member.getByRole("main").innerText())).toBe(number);

  await staff.getByRole("link", { name: "把答复发布为问答" }).click();
  await staff.getByLabel("问", { exact: true }).fill(`${haijiao.name}问：雨天能否多发两个小时？`);
  await staff.getByRole("button", { name: "发布", exact: true }).click();
  await expect(staff.getByRole("main")).toContainText(`这里不能出现“${haijiao.name}”`);
  await staff.getByLabel("问", { exact: true }).fill("雨天能否多发两个小时？");
  await staff.getByRole("button", { name: "发布", exact: true }).click();
  await expect(staff.getByRole("status").first()).toContainText("问答已发布");

  const visitor = await device();
  await visitor.goto("/questions");
  await visitor.getByRole("link", { name: question.title }).click();
  await expect(visitor.getByRole("main")).toContainText("可以延长到二十四点");
  expect(await visitor.content()).not.toContain("海角");
}

async function askForSentinel({ mailbox }: Association, member: Page) {
  await fillInWish(member, { plant: linhe.plant, entrance: linhe.entrance, quantity: 2 });
  const preview = member.getByRole("region", { name: "将要寄出的邮件" });
  await expect(preview).toContainText(installOffice);
  await expect(preview).toContainText(linhe.head.email ?? "");
  const number = await send(member);

  const mail = await mailbox.mailTo(installOffice, number);
  expectInstallMail(mail, number, linhe);
  const copy = await mailbox.mailTo(linhe.head.email ?? "", number);
  expect(copy.messageId).toBe(mail.messageId);

  await becomes(member, "邮件服务器已接收");
  const main = member.getByRole("main");
  await expect(main).toContainText(mail.reply);
  await expect(main).toContainText(`Message-ID：${identifier(mail)}`);
}
