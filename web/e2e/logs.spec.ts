import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { sendDatagrams, sendStream, syslog } from './senders';
import { OwnServer } from './server';
import { accessibility, expect, signIn, test, visit } from './support';

const FLAGS = ['--demo', '--demo-without-logs', '--syslog-udp', '127.0.0.1:0', '--syslog-tcp', '127.0.0.1:0'];
const udpOf = (server: OwnServer) => server.told(/syslog by UDP on (\S+)/);
const tcpOf = (server: OwnServer) => server.told(/syslog by TCP on (\S+)/);

const failed = (user: string, n: number) =>
  syslog('his-db01', 'sshd[2211]', `Failed password for ${user} from 10.20.3.14 port ${52_000 + n} ssh2`);
const accepted = (user: string) => syslog('his-db01', 'sshd[2212]', `Accepted password for ${user} from 10.20.3.99 port 41022 ssh2`);
const sudo = (command: string) => syslog('emr-app02', 'sudo', `yunwei : TTY=pts/0 ; PWD=/home/yunwei ; USER=root ; COMMAND=${command}`);
const rows = (page: Page) => page.getByRole('grid', { name: '检索结果' }).getByRole('row');

/** A server with a few lines in it, and a page that is signed in. */
async function started(page: Page) {
  const server = await OwnServer.start(...FLAGS);
  const [udp, tcp] = [await udpOf(server), await tcpOf(server)];
  await sendDatagrams(udp, [failed('ys0217', 1), failed('ys0217', 2), failed('root', 3)]);
  await sendStream(tcp, [accepted('ys0217'), sudo('/usr/bin/systemctl restart his')]);
  await signIn(page, 'lead', server.passwordOf('lead'), server.address);
  return { server, udp, tcp };
}

/** Asks until the server has what was sent: it was acknowledged by nobody, being syslog. */
async function find(page: Page, query: string, count: number) {
  const field = page.getByRole('combobox', { name: '检索条件' });
  await field.fill(query);
  await field.press('Escape');
  await expect(async () => {
    await field.press('Enter');
    await expect(rows(page)).toHaveCount(count + 1, { timeout: 2000 });
  }).toPass({ timeout: 60_000 });
}

test('logs are searched, narrowed by a facet, read, and the address says what one sees', async ({ page }) => {
  test.setTimeout(400_000);
  const { server } = await started(page);
  try {
    await visit(page, `${server.address}/logs`);
    await find(page, 'Failed', 3);
    expect(await accessibility(page)).toEqual([]);

    const panel = page.getByRole('complementary', { name: '字段' });
    await panel.getByRole('button', { name: '用户', exact: true }).click();
    await panel.getByRole('button', { name: /^ys0217/ }).click();
    await expect(rows(page)).toHaveCount(3);
    await expect(page.getByRole('list', { name: '当前筛选条件' })).toContainText('ys0217');
    await expect(page).toHaveURL(/where=user.name/);
    await page.reload();
    await expect(rows(page)).toHaveCount(3);
    await panel.getByRole('button', { name: '用户', exact: true }).click();
    await panel.getByRole('button', { name: '排除：ys0217' }).click();
    await expect(rows(page)).toHaveCount(2);
    await expect(rows(page).nth(1)).toContainText('root');

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await expect(drawer).toContainText('Failed password for root from 10.20.3.14');
    await expect(drawer).toContainText('source.ip');
    expect(await accessibility(page)).toEqual([]);
    await drawer.getByText('前后日志').click();
    await expect(drawer.getByRole('listitem').first()).toContainText('ys0217');
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();

    await page.getByText('原文', { exact: true }).click();
    await expect(page.locator('.lines mark').first()).toHaveText('Failed');
    expect(await accessibility(page)).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('a wrong query is shown where it is wrong, and fields are completed', async ({ page, errors }) => {
  test.setTimeout(400_000);
  const { server } = await started(page);
  try {
    await visit(page, `${server.address}/logs`);
    await find(page, 'Failed', 3);
    const field = page.getByRole('combobox', { name: '检索条件' });
    await field.fill('(failed');
    await field.press('Enter');
    await expect(page.getByRole('alert')).toContainText('右括号');
    await field.fill('destination.port:[x TO y]');
    await field.press('Escape');
    await field.press('Enter');
    await expect(page.locator('#query-mistake mark')).toBeVisible();
    expect(await accessibility(page)).toEqual([]);
    await field.fill('');
    await field.pressSequentially('user.na');
    await page.getByRole('option', { name: /^user\.name:/ }).click();
    await page.getByRole('option', { name: /^root/ }).click();
    await expect(field).toHaveValue(/^user\.name:root\s*$/);
    await field.press('Escape');
    await field.press('Enter');
    await expect(rows(page).nth(1)).toContainText('root');
    // The browser notes each refusal of what was typed wrong, as it should be refused.
    errors.splice(0, errors.length, ...errors.filter((error) => !error.includes('status of 400')));
  } finally {
    await server.stop();
  }
});

test('new events appear by themselves, stand still when halted, and go on', async ({ page }) => {
  test.setTimeout(400_000);
  const { server, udp } = await started(page);
  try {
    await visit(page, `${server.address}/logs?q=ssh2`);
    await page.locator('h1').click();
    await page.keyboard.press('t');
    await expect(page).toHaveURL(/live=on/);
    await expect(page.locator('.live-view')).toContainText('实时');
    await expect(page.locator('.live-view .pill')).toHaveText('实时');
    await sendDatagrams(udp, [failed('yf0031', 4), sudo('/bin/true')]);
    await expect(rows(page).nth(1)).toContainText('yf0031');
    await expect(page.getByText('/bin/true')).toHaveCount(0);
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('button', { name: '暂停' }).click();
    await sendDatagrams(udp, [failed('yf0032', 5)]);
    await expect(page.getByText('暂停期间又到 1 条')).toBeVisible();
    await expect(page.getByText('yf0032')).toHaveCount(0);
    await page.getByRole('button', { name: '继续' }).click();
    await expect(rows(page).nth(1)).toContainText('yf0032');
  } finally {
    await server.stop();
  }
});

test('an export is masked, asks for a reason, and stands in the ledger', async ({ page }) => {
  test.setTimeout(400_000);
  const { server } = await started(page);
  try {
    await visit(page, `${server.address}/logs`);
    await find(page, 'Failed', 3);
    await page.getByRole('button', { name: '导出' }).click();
    const dialog = page.getByRole('dialog', { name: '导出日志' });
    await expect(dialog.getByRole('switch')).toBeChecked();
    await dialog.getByRole('button', { name: '导出' }).click();
    await expect(dialog).toContainText('此项必填');
    await dialog.getByLabel('理由').fill('应信息安全主管要求核查登录失败');
    expect(await accessibility(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: '导出' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(4);
    await page.context().clearCookies();
    await signIn(page, 'auditadmin', server.passwordOf('auditadmin'), server.address);
    await visit(page, `${server.address}/ledger?action=logs.export`);
    await expect(page.getByRole('grid').getByRole('row').nth(1)).toContainText('应信息安全主管要求核查登录失败');
  } finally {
    await server.stop();
  }
});

test('a source that falls silent alarms', async ({ page }) => {
  test.setTimeout(600_000);
  const { server } = await started(page);
  try {
    await visit(page, `${server.address}/logs/sources`);
    const grid = page.getByRole('grid', { name: '日志来源' });
    await expect(grid.getByRole('row')).not.toHaveCount(1);
    expect(await accessibility(page)).toEqual([]);
    await grid.getByRole('row').nth(1).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('静默多久告警（分钟）').fill('1');
    expect(await accessibility(page)).toEqual([]);
    await drawer.getByRole('button', { name: '保存' }).click();
    await expect(drawer).toBeHidden();
    // A minute of silence, and the page asks again by itself.
    await expect(page.getByRole('alert')).toContainText('已停止发送日志', { timeout: 200_000 });
    await expect(grid.getByRole('row').nth(1)).toContainText('静默');
    expect(await accessibility(page)).toEqual([]);
    // It is a finding as others are, and stands first on the overview.
    await visit(page, `${server.address}/`);
    await page.locator('.first a').filter({ hasText: '停止发送日志' }).click();
    await expect(page).toHaveURL(/findings/);
    await page.getByRole('grid').getByRole('row').filter({ hasText: '停止发送日志' }).click();
    const finding = page.getByRole('dialog');
    await expect(finding).toContainText('最后一次收到日志');
    expect(await accessibility(page)).toEqual([]);
    await finding.getByRole('link', { name: '日志来源静默' }).click();
    await expect(page.getByRole('dialog')).toContainText('127.0.0.1');
  } finally {
    await server.stop();
  }
});

test('retention, receiving and the trial of a parser', async ({ page }) => {
  test.setTimeout(400_000);
  const { server } = await started(page);
  try {
    await visit(page, `${server.address}/logs/storage`);
    await expect(page.getByText('法定 180 天')).toBeVisible();
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('button', { name: '单独规定' }).click();
    const rule = page.getByRole('dialog');
    await rule.getByLabel('日志来源').fill('bench');
    await rule.getByLabel('保存天数').fill('30');
    await rule.getByLabel('理由').fill('测试台，无患者数据');
    await rule.getByRole('button', { name: '保存' }).click();
    await expect(rule).toContainText('此项必填');
    await rule.getByLabel('保存天数').fill('400');
    await rule.getByRole('button', { name: '保存' }).click();
    await expect(page.locator('.log-retention')).toContainText('bench');
    await expect(page.locator('.log-retention')).toContainText('400 天');
    expect(await accessibility(page)).toEqual([]);

    await visit(page, `${server.address}/logs/receiving`);
    await page.getByLabel('日志原文').fill(failed('root', 9));
    await page.getByRole('button', { name: '解析' }).click();
    await expect(page.locator('.trial-fields')).toContainText('source.ip');
    await expect(page.locator('.trial-text mark').filter({ hasText: '10.20.3.14' })).toBeVisible();
    expect(await accessibility(page)).toEqual([]);

    await page.getByRole('button', { name: '新建令牌' }).click();
    const dialog = page.getByRole('dialog', { name: '新建令牌' });
    await dialog.getByLabel('名称').fill('PACS 网关');
    await dialog.getByLabel('日志来源').fill('pacs-gateway');
    await dialog.getByRole('button', { name: '生成' }).click();
    const token = (await dialog.locator('.command pre').innerText()).trim();
    expect(token.length).toBeGreaterThan(20);
    await dialog.getByRole('button', { name: '已抄下，关闭' }).click();
    await expect(page.locator('.log-tokens')).toContainText('pacs-gateway');
    await expect(page.locator('body')).not.toContainText(token);

    await page.locator('#import-source').fill('old-his');
    const old = [failed('guke', 1), failed('guke', 2)].join('\n');
    await page.locator('input[type=file]').setInputFiles({ name: 'old.log', mimeType: 'text/plain', buffer: Buffer.from(old) });
    await expect(page.getByText('已保存 2 条')).toBeVisible();
  } finally {
    await server.stop();
  }
});

test('while nothing was ever received, the page says how that changes', async ({ page }) => {
  test.setTimeout(400_000);
  const server = await OwnServer.start(...FLAGS);
  try {
    await signIn(page, 'lead', server.passwordOf('lead'), server.address);
    await visit(page, `${server.address}/logs`);
    await expect(page.getByText('还没有收到任何日志')).toBeVisible();
    await expect(page.locator('.command pre').first()).toContainText('omfwd');
    expect(await accessibility(page)).toEqual([]);
    await sendDatagrams(await udpOf(server), [failed('root', 1)]);
    await expect(page.getByText('还没有收到任何日志')).toBeHidden();
  } finally {
    await server.stop();
  }
});
