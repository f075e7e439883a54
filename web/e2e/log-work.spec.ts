import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { sendDatagrams, syslog } from './senders';
import { OwnServer } from './server';
import { accessibility, expect, signIn, test, visit } from './support';

const FLAGS = ['--demo', '--demo-without-logs', '--syslog-udp', '127.0.0.1:0'];
const failed = (n: number) => syslog('his-db01', 'sshd[2211]', `Failed password for root from 10.20.3.14 port ${52_000 + n} ssh2`);

/** A server with a line in it, and a page that is signed in. */
async function started(page: Page, ...flags: string[]) {
  const server = await OwnServer.start(...FLAGS, ...flags);
  await sendDatagrams(await server.told(/syslog by UDP on (\S+)/), [failed(1)]);
  await signIn(page, 'lead', server.passwordOf('lead'), server.address);
  return server;
}

test('a saved search is set to run by itself, changed and stopped', async ({ page }) => {
  test.setTimeout(400_000);
  const server = await started(page);
  try {
    await visit(page, `${server.address}/logs?q=Failed&span=1h`);
    await page.getByRole('button', { name: '常用检索' }).click();
    await page.getByRole('button', { name: '保存当前检索' }).click();
    const saving = page.getByRole('dialog');
    await saving.getByLabel('名称').fill('登录失败');
    await saving.getByRole('button', { name: '保存' }).click();
    await expect(saving).toBeHidden();

    await page.getByRole('button', { name: '常用检索' }).click();
    await page.getByRole('link', { name: '定时运行 登录失败' }).click();
    const drawer = page.getByRole('dialog', { name: '新建定时检索' });
    await expect(drawer).toContainText('登录失败');
    await drawer.getByLabel('间隔（分钟）').fill('10');
    await drawer.getByRole('spinbutton', { name: '命中' }).fill('5');
    expect(await accessibility(page)).toEqual([]);
    await drawer.getByRole('button', { name: '保存' }).click();
    await expect(drawer).toBeHidden();
    const row = page.getByRole('grid', { name: '定时检索' }).getByRole('row').nth(1);
    await expect(row).toContainText('每 10 分钟');
    await expect(row).toContainText('命中 ≥ 5 条');
    await expect(row).toContainText('未运行');
    expect(await accessibility(page)).toEqual([]);

    await row.click();
    const shown = page.getByRole('dialog', { name: '登录失败' });
    await expect(shown).toContainText('尚未运行');
    await shown.getByText('每天', { exact: true }).click();
    await shown.getByLabel('时刻（北京时间）').fill('06:30');
    expect(await accessibility(page)).toEqual([]);
    await shown.getByRole('button', { name: '保存' }).click();
    await expect(row).toContainText('每天 06:30');

    await row.click();
    await shown.getByRole('button', { name: '停止运行' }).click();
    await page.getByRole('tooltip').getByRole('button', { name: '停止运行' }).click();
    await expect(page.getByText('还没有定时检索')).toBeVisible();
  } finally {
    await server.stop();
  }
});

test('whose logs are collected is seen by asset, and on the asset', async ({ page }) => {
  test.setTimeout(400_000);
  const server = await started(page);
  try {
    await visit(page, `${server.address}/logs/sources`);
    await page.getByRole('grid', { name: '日志来源' }).getByRole('row').nth(1).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('资产').click();
    await page.locator('.ant-select-item-option').first().click();
    await drawer.getByRole('button', { name: '保存' }).click();
    await expect(drawer).toBeHidden();
    const coverage = page.locator('.log-coverage');
    await expect(coverage).toContainText('1 个正在发送日志');
    await coverage.getByText('采集覆盖').click();
    await expect(coverage.getByText('已采集', { exact: true })).toBeVisible();
    expect(await accessibility(page)).toEqual([]);
    const asset = coverage.getByRole('listitem').filter({ hasText: '已采集' }).first();
    await asset.getByRole('link').first().click();
    await page.getByRole('tab', { name: '日志采集' }).click();
    await expect(page.getByRole('dialog')).toContainText(/起，已保存 \d+ 天/);
    expect(await accessibility(page)).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('a file is followed from the page, read on, paused and left alone', async ({ page }) => {
  test.setTimeout(400_000);
  const folder = mkdtempSync(join(tmpdir(), 'xinglin-e2e-follow-'));
  const file = join(folder, 'his.log');
  writeFileSync(file, 'first line of the file\n');
  const server = await started(page, '--log-root', folder);
  try {
    await visit(page, `${server.address}/logs/receiving`);
    const card = page.locator('.log-inputs');
    await card.getByRole('button', { name: '添加' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('路径').fill(join(folder, '*.log'));
    await dialog.getByLabel('日志来源').fill('his-file');
    expect(await accessibility(page)).toEqual([]);
    await dialog.getByRole('button', { name: '开始跟踪' }).click();
    await expect(dialog).toBeHidden();
    await expect(card).toContainText('his-file');
    await expect(card).toContainText('跟踪中');
    appendFileSync(file, 'a line that came later\n');
    await expect(async () => {
      await page.reload();
      await expect(card).toContainText('启动后 1 条', { timeout: 2000 });
    }).toPass({ timeout: 60_000 });
    expect(await accessibility(page)).toEqual([]);
    await card.getByRole('button', { name: '暂停 his-file' }).click();
    await expect(card).toContainText('已暂停');
    await card.getByRole('button', { name: '移除 his-file' }).click();
    await page.getByRole('tooltip').getByRole('button', { name: '移除' }).click();
    await expect(card).not.toContainText('his-file');
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
