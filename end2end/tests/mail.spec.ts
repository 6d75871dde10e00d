// What the request page says when the mail server puts off or refuses: its own words, and what waits for whom.
import { accounts, demoPassword, signIn } from "../fixtures/accounts.ts";
import { type Association, expect, test } from "../fixtures/association.ts";
import { installOffice } from "../fixtures/install-mail.ts";
import { identifier } from "../fixtures/mailbox.ts";
import { becomes, fillInWish, send } from "../fixtures/sentinels.ts";

const wish = { plant: "新塘粉磨站", entrance: "东门", quantity: 1 };

test.use({ withDemo: true });
test.skip(({ isMobile }) => !isMobile, "the mail server answers alike at every width: on a phone, with and without JavaScript");

test("a recipient put off with 451 gets the mail later, and once although the button was pressed twice", async ({ association }) => {
  const { portal, mailbox } = association;
  mailbox.refusals.set(installOffice, { code: 451, words: "4.7.1 greylisted, come again" });
  const member = await signedIn(association, accounts.memberAdmin);
  await fillInWish(member, wish);
  const number = await send(member, 2);
  await becomes(member, "还没有送出，已试 1 次");
  await expect(member.getByRole("main")).toContainText("greylisted, come again");

  const waiting = portal.run("outbox", "list", "waiting").split("\n").filter((line) => line.includes(installOffice));
  expect(waiting).toHaveLength(1);
  mailbox.refusals.clear();
  portal.run("outbox", "retry", /[0-9a-f-]{36}/.exec(waiting[0] ?? "")?.[0] ?? "");
  const mail = await mailbox.mailTo(installOffice, number);
  await becomes(member, mail.reply);
  await expect(member.getByRole("main")).toContainText("邮件服务器已接收");
  await expect(member.getByRole("main")).toContainText(`Message-ID：${identifier(mail)}`);
  expect(mailbox.mails.filter(({ recipients }) => recipients.includes(installOffice))).toHaveLength(1);
  await member.goto("/sentinels");
  await expect(member.getByRole("link", { name: number })).toHaveCount(1);
});

test("a recipient refused with 550 is shown in the server's words and waits on 待办", async ({ association }) => {
  const { mailbox } = association;
  mailbox.refusals.set(installOffice, { code: 550, words: "5.1.1 no such office here" });
  const member = await signedIn(association, accounts.memberAdmin);
  await fillInWish(member, wish);
  const number = await send(member);
  await becomes(member, "邮件服务器拒收");
  await expect(member.getByRole("main")).toContainText("no such office here");
  expect(mailbox.mails.some(({ recipients }) => recipients.includes(installOffice))).toBe(false);

  const staff = await signedIn(association, accounts.staff);
  for (const page of [member, staff]) {
    await page.goto("/todo");
    await expect(page.getByRole("link", { name: `安装申领 ${number} 被邮件服务器拒收` })).toBeVisible();
  }
  await expect(staff.getByRole("link", { name: "1 封邮件没有送到" })).toBeVisible();

  await test.step("the secretariat sends it again when the office is back", async () => {
    mailbox.refusals.clear();
    await staff.getByRole("link", { name: `安装申领 ${number}` }).click();
    await staff.getByRole("button", { name: "重新发送" }).click();
    await expect(staff.getByRole("status").first()).toContainText("重新排队");
    const mail = await mailbox.mailTo(installOffice, number);
    await becomes(staff, mail.reply);
  });
});

async function signedIn({ device }: Association, login: string) {
  const page = await device();
  await signIn(page, login, demoPassword);
  return page;
}
