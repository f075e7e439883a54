import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { OwnServer } from './server';
import { accessibility, expect, signIn, test, visit } from './support';

/** Makes a token for the first asset of that name on the page; what is shown with it. */
async function makeToken(page: Page, asset: string) {
  await page.getByRole('button', { name: '添加代理' }).click();
  const dialog = page.getByRole('dialog', { name: '添加代理' });
  await dialog.getByLabel('检查哪项资产').fill(asset);
  await page.locator('.ant-select-item-option').filter({ hasText: asset }).first().click();
  await dialog.getByRole('button', { name: '生成令牌' }).click();
  await expect(dialog.getByText('令牌只显示这一次')).toBeVisible();
  const shown = dialog.locator('.command pre');
  await dialog.getByText('服务器的根证书').click();
  await expect(shown.nth(2)).toContainText('BEGIN CERTIFICATE');
  const [token = '', commands = '', authority = ''] = await shown.allInnerTexts();
  return { dialog, token: token.trim(), commands, authority };
}

test('a token is shown once, an agent enrols with it, and is revoked', async ({ page }) => {
  test.setTimeout(400_000);
  const server = await OwnServer.start('--demo', '--agent-listen', '127.0.0.1:0');
  const folder = mkdtempSync(join(tmpdir(), 'xinglin-agent-'));
  try {
    await signIn(page, 'lead', server.passwordOf('lead'), server.address);
    await visit(page, `${server.address}/agents`);
    await expect(page.getByText('还没有代理')).toBeVisible();
    const first = await makeToken(page, 'EMR');
    expect(first.commands).toContain('agent enrol');
    expect(await accessibility(page)).toEqual([]);
    await first.dialog.getByRole('button', { name: '已抄下，关闭' }).click();
    await expect(page.locator('.tokens')).toContainText('未用的令牌 1');
    await visit(page, `${server.address}/agents`);
    await expect(page.locator('body')).not.toContainText(first.token);
    await page.getByRole('button', { name: /^收回/ }).click();
    const taken = page.getByRole('dialog', { name: /收回令牌/ });
    await taken.getByLabel('理由').fill('主机停用');
    await taken.getByRole('button', { name: /收\s?回/ }).click();
    await expect(page.locator('.tokens')).toHaveCount(0);

    const second = await makeToken(page, 'HIS');
    writeFileSync(join(folder, 'authority.pem'), second.authority);
    writeFileSync(join(folder, 'token.txt'), second.token);
    const reached = /https:\/\/[^\s'"]+/.exec(second.commands)?.[0] ?? '';
    const files = [
      '--authority',
      join(folder, 'authority.pem'),
      '--token-file',
      join(folder, 'token.txt'),
      '--data',
      join(folder, 'agent'),
    ];
    execFileSync(process.env.XINGLIN_BIN ?? '', ['agent', 'enrol', '--server', reached, ...files]);
    await visit(page, `${server.address}/agents`);
    const row = page.getByRole('grid').getByRole('row').nth(1);
    await expect(row).toContainText('HIS');
    expect(await accessibility(page)).toEqual([]);
    await row.getByRole('button', { name: /吊销/ }).click();
    const dialog = page.getByRole('dialog', { name: /吊销代理/ });
    await dialog.getByLabel('理由').fill('主机报废，变更单 2026-131');
    await dialog.getByRole('button', { name: /吊\s?销/ }).click();
    await expect(row).toContainText('已吊销');
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
