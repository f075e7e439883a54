import type { Page } from '@playwright/test';
import { sendStream, syslog } from './senders';
import { OwnServer } from './server';
import { accessibility, expect, signIn, test, visit } from './support';

const FLAGS = ['--demo', '--demo-without-logs', '--syslog-tcp', '127.0.0.1:0'];
/** What sshd writes while passwords are guessed from an address. */
const guessing = (from: string, times: number) =>
  Array.from({ length: times }, (_, n) =>
    syslog('his-db01', `sshd[${2300 + n}]`, `Failed password for invalid user admin from ${from} port ${52_100 + n} ssh2`),
  );
const rows = (page: Page) => page.getByRole('grid', { name: '告警处置' }).getByRole('row');
/** The row of an alert about an address; the queue asks again by itself. */
const alertOf = (page: Page, address: string) => rows(page).filter({ hasText: 'SSH 口令被猜测' }).filter({ hasText: address });

/** A server that receives, and a page that is signed in. */
async function started(page: Page) {
  const server = await OwnServer.start(...FLAGS);
  const tcp = await server.told(/syslog by TCP on (\S+)/);
  await signIn(page, 'lead', server.passwordOf('lead'), server.address);
  return { server, tcp };
}

test('guessed passwords alarm, are judged, and a false alarm is quiet from then on', async ({ page }) => {
  test.setTimeout(600_000);
  const { server, tcp } = await started(page);
  try {
    await visit(page, `${server.address}/detection/alerts`);
    await expect(page.getByText('没有待处置的告警')).toBeVisible();
    expect(await accessibility(page)).toEqual([]);
    await sendStream(tcp, guessing('10.0.33.77', 12));
    await expect(alertOf(page, '10.0.33.77')).toBeVisible({ timeout: 90_000 });
    expect(await accessibility(page)).toEqual([]);

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog').filter({ hasText: 'SSH 口令被猜测' });
    await expect(drawer).toContainText('Failed password for invalid user admin from 10.0.33.77');
    await expect(drawer.locator('mark').first()).toBeVisible();
    expect(await accessibility(page)).toEqual([]);
    await page.keyboard.press('a');
    await expect(drawer.locator('.alert-marks')).toContainText('已确认');
    await page.keyboard.press('i');
    await expect(drawer.locator('.alert-marks')).toContainText('研判中');
    await drawer.getByRole('tab', { name: /处置记录/ }).click();
    await drawer.getByLabel('评论').fill('漏洞扫描器，已与信息科核实');
    await drawer.getByRole('button', { name: '发表' }).click();
    await expect(drawer.locator('.alert-timeline')).toContainText('漏洞扫描器，已与信息科核实');
    expect(await accessibility(page)).toEqual([]);

    await page.locator('h1').click();
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: /设为例外/ });
    await expect(dialog.getByRole('checkbox', { name: 'source.ip' })).toBeChecked();
    await dialog.getByLabel('理由').fill('每周的漏洞扫描');
    expect(await accessibility(page)).toEqual([]);
    await dialog.getByRole('button', { name: '设为例外' }).click();
    await expect(dialog).toBeHidden();
    await expect(drawer.locator('.alert-marks')).toContainText('误报');
    await page.keyboard.press('Escape');

    await visit(page, `${server.address}/detection/rules?tab=exceptions`);
    await expect(page.getByRole('grid', { name: '检测例外' })).toContainText('10.0.33.77');
    expect(await accessibility(page)).toEqual([]);

    await sendStream(tcp, [...guessing('10.0.33.77', 14), ...guessing('10.0.33.78', 14)]);
    await visit(page, `${server.address}/detection/alerts`);
    await expect(alertOf(page, '10.0.33.78')).toBeVisible({ timeout: 90_000 });
    await expect(alertOf(page, '10.0.33.77')).toHaveCount(0);

    await alertOf(page, '10.0.33.78').getByRole('checkbox').check();
    await page.getByRole('toolbar').getByRole('button', { name: /关闭/ }).click();
    const closing = page.getByRole('dialog', { name: '关闭 1 条告警' });
    await closing.getByRole('radio', { name: /属实/ }).check();
    await closing.getByLabel('理由').fill('来源已封堵');
    expect(await accessibility(page)).toEqual([]);
    await closing.getByRole('button', { name: '关闭 1 条告警' }).click();
    await expect(page.getByText('没有待处置的告警')).toBeVisible();
    await visit(page, `${server.address}/detection/rules?q=SSH`);
    await expect(page.getByRole('row').filter({ hasText: 'SSH 口令被猜测' })).toContainText('50%');
  } finally {
    await server.stop();
  }
});

test('a rule is written, tried on what was received, saved, and fires', async ({ page }) => {
  test.setTimeout(600_000);
  const { server, tcp } = await started(page);
  try {
    const odd = (n: number) => syslog('lis-srv01', `lisd[${n}]`, `maintenance password used by vendor from 10.9.9.${n}`);
    await sendStream(tcp, [odd(1), odd(2), odd(3)]);
    await visit(page, `${server.address}/detection/rules`);
    await expect(page.getByRole('region', { name: '检测状态' })).toContainText('检测正常');
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('button', { name: '新建规则' }).click();
    const field = page.getByRole('textbox', { name: '规则原文' });
    const text = (await field.inputValue())
      .replace('新规则', '厂商维护口令被使用')
      .replace('  service: sshd\n', '')
      .replace('    event.action: ssh_login\n    event.outcome: failure\n', '    - maintenance password used\n');
    await field.fill(text.replace('condition: selection', 'condition: selektion'));
    const pane = page.getByRole('region', { name: '试跑' });
    await expect(pane).toContainText('selektion');
    await expect(page.getByRole('button', { name: '保存' })).toBeDisabled();
    expect(await accessibility(page)).toEqual([]);
    await field.fill(text);
    await field.press('Control+Enter');
    await expect(pane.locator('.test-figure b')).toHaveText('3');
    await expect(pane.locator('.kept-event').first()).toContainText('maintenance password used');
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('dialog')).toContainText('厂商维护口令被使用');
    await sendStream(tcp, [odd(4)]);
    await visit(page, `${server.address}/detection/alerts`);
    await expect(rows(page).filter({ hasText: '厂商维护口令被使用' })).toBeVisible({ timeout: 90_000 });
  } finally {
    await server.stop();
  }
});

test('coverage and indicators', async ({ page }) => {
  test.setTimeout(400_000);
  const { server, tcp } = await started(page);
  try {
    await visit(page, `${server.address}/detection/rules?tab=coverage`);
    await expect(page.getByRole('region', { name: 'ATT&CK 覆盖' })).toBeVisible();
    expect(await accessibility(page)).toEqual([]);
    await visit(page, `${server.address}/detection/indicators`);
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('button', { name: '导入指标' }).click();
    const dialog = page.getByRole('dialog', { name: '导入指标' });
    const csv = Buffer.from('type,value,note\naddress,198.51.100.23,扫描器\ndomain,bad.example.net,\naddress,nonsense,\n');
    await dialog.locator('input[type=file]').setInputFiles({ name: 'shared.csv', mimeType: 'text/csv', buffer: csv });
    expect(await accessibility(page)).toEqual([]);
    await dialog.getByRole('button', { name: '导入' }).click();
    await expect(dialog).toContainText('2 条有效');
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    await expect(page.getByRole('grid', { name: '威胁指标' })).toContainText('198.51.100.23');
    await sendStream(tcp, [syslog('his-db01', 'sshd[9]', 'Accepted password for root from 198.51.100.23 port 4022 ssh2')]);
    await visit(page, `${server.address}/detection/alerts`);
    await expect(rows(page).filter({ hasText: '198.51.100.23' }).first()).toBeVisible({ timeout: 90_000 });
  } finally {
    await server.stop();
  }
});
