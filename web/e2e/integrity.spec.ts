import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessibility, expect, signIn, test, visit } from './support';

test('files are noted as right, a change is seen, and somebody answers for it', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'xinglin-files-'));
  const watched = join(folder, 'gateway.conf');
  writeFileSync(watched, 'listen 127.0.0.1:8443\n');
  try {
    await signIn(page);
    const { items } = (await (await page.request.get('/api/v1/assets?object_type=server_os&limit=1000')).json()) as {
      items: { id: number; local_host: boolean }[];
    };
    const here = items.find((one) => one.local_host);
    await visit(page, `/integrity?asset_id=${here?.id}`);
    await page.getByRole('button', { name: /建立基线|重建基线/ }).click();
    const baseline = page.getByRole('dialog', { name: /建立基线|重建基线/ });
    await baseline.getByLabel('路径').fill(folder);
    await baseline.getByLabel('理由').fill('上线验收后');
    await baseline.getByRole('button', { name: '提交' }).click();
    await expect(page.locator('.baseline')).toContainText('上线验收后');
    expect(await accessibility(page)).toEqual([]);

    writeFileSync(watched, 'listen 0.0.0.0:8443\n');
    await page.getByRole('button', { name: '立即比对' }).click();
    const row = page.getByRole('grid').getByRole('row').filter({ hasText: 'gateway.conf' });
    await expect(row).toContainText('改变');
    await row.click();
    const drawer = page.getByRole('dialog', { name: '文件变更' });
    await expect(drawer).toContainText(watched);
    expect(await accessibility(page)).toEqual([]);
    await drawer.getByRole('button', { name: '关闭' }).click();

    await row.getByRole('checkbox').check();
    await page.getByRole('button', { name: '确认 1 处变更' }).click();
    const dialog = page.getByRole('dialog', { name: '确认 1 处变更' });
    await dialog.getByLabel('变更单编号').fill('CR-2026-118');
    await dialog.getByLabel('理由').fill('网关对外提供服务');
    await dialog.getByRole('button', { name: '提交' }).click();
    await expect(row).toHaveCount(0);
    await page.getByText('已确认', { exact: true }).first().click();
    await expect(page.getByRole('grid').getByRole('row').filter({ hasText: 'gateway.conf' })).toContainText('已确认');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
