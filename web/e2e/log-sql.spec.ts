import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { sendStream, syslog } from './senders';
import { OwnServer } from './server';
import { accessibility, expect, signIn, test, visit } from './support';

const FLAGS = ['--demo', '--demo-without-logs', '--syslog-tcp', '127.0.0.1:0'];
const failed = (user: string, n: number) =>
  syslog('his-db01', 'sshd[2211]', `Failed password for ${user} from 10.20.3.14 port ${52_000 + n} ssh2`);
const question = (page: Page) => page.getByRole('textbox', { name: 'SQL 查询语句' });
const rows = (page: Page) => page.getByRole('grid', { name: '查询结果' }).getByRole('row');

/** A server with a few lines in it, and a page that is signed in. */
async function started(page: Page) {
  const server = await OwnServer.start(...FLAGS);
  const tcp = await server.told(/syslog by TCP on (\S+)/);
  await sendStream(tcp, [failed('ys0217', 1), failed('ys0217', 2), failed('13800138000', 3)]);
  await signIn(page, 'lead', server.passwordOf('lead'), server.address);
  await visit(page, `${server.address}/logs/sql`);
  return server;
}

/** Asks until the server has what was sent: it was acknowledged by nobody, being syslog. */
async function ask(page: Page, sql: string, count: number) {
  await question(page).fill(sql);
  await expect(async () => {
    await question(page).press('Control+Enter');
    await expect(rows(page)).toHaveCount(count + 1, { timeout: 2000 });
  }).toPass({ timeout: 60_000 });
}

test('a question in SQL is answered, stands in the address, and its answer is taken out', async ({ page }) => {
  test.setTimeout(400_000);
  const server = await started(page);
  try {
    await expect(page.getByRole('button', { name: '各来源每小时的日志量' })).toBeVisible();
    expect(await accessibility(page)).toEqual([]);
    await ask(page, 'SELECT user.name, count(*) AS n FROM events GROUP BY user.name ORDER BY n DESC', 2);
    await expect(rows(page).nth(1)).toContainText('ys0217');
    await expect(rows(page).nth(1)).toContainText('2');
    await expect(rows(page).nth(2)).toContainText('138****8000');
    expect(await accessibility(page)).toEqual([]);
    await expect(page).toHaveURL(/sql=SELECT/);
    await page.reload();
    await expect(rows(page)).toHaveCount(3);
    await rows(page).nth(1).click();
    await expect(page.getByRole('dialog')).toContainText('ys0217');
    expect(await accessibility(page)).toEqual([]);
    await page.keyboard.press('Escape');

    // A column of the list goes where the caret is.
    await question(page).fill('SELECT ');
    await page
      .getByRole('complementary', { name: 'events 的列' })
      .getByRole('button', { name: /^source\.port/ })
      .click();
    await expect(question(page)).toHaveValue('SELECT source.port');
    await question(page).pressSequentially(' FROM events ORDER BY 1');
    await question(page).press('Control+Enter');
    await expect(rows(page).nth(1)).toContainText('52001');

    await page.getByRole('button', { name: '下载 CSV' }).click();
    const dialog = page.getByRole('dialog', { name: '下载 CSV' });
    await dialog.getByRole('button', { name: '导出' }).click();
    await expect(dialog).toContainText('此项必填');
    await dialog.getByLabel('理由').fill('核查登录失败');
    expect(await accessibility(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: '导出' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    expect(
      readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(4);
  } finally {
    await server.stop();
  }
});

test('a wrong question is shown where it is wrong, and one that takes too much is stopped', async ({ page, errors }) => {
  test.setTimeout(400_000);
  const server = await started(page);
  try {
    await question(page).fill('SELECT 1,\n  nothing FROM events');
    await question(page).press('Control+Enter');
    await expect(page.getByRole('alert')).toContainText('events 的列');
    await expect(page.locator('#sql-mistake mark')).toHaveText('n');
    expect(await accessibility(page)).toEqual([]);
    await question(page).fill('DROP TABLE events');
    await question(page).press('Control+Enter');
    await expect(page.getByRole('alert')).toContainText('一条 SELECT');
    await question(page).fill('SELECT a.value, b.value FROM generate_series(1, 100000) a, generate_series(1, 100000) b ORDER BY 2');
    await question(page).press('Control+Enter');
    await expect(page.getByText('查询占用的时间或内存超过限制')).toBeVisible({ timeout: 60_000 });
    await ask(page, 'SELECT count(*) FROM events', 1);
    // The browser notes each refusal of what was typed wrong, as it should be refused.
    errors.splice(0, errors.length, ...errors.filter((error) => !/status of (400|422)/.test(error)));
  } finally {
    await server.stop();
  }
});
