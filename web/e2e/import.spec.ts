import { expect, signIn, test, visit } from './support';

const HEADER = '资产编号,资产名称,对象类型,所属系统,重要程度';
const stamp = Date.now().toString(36).toUpperCase();

test('an import shows the fate of each row, names the two bad ones and applies the rest', async ({ page }) => {
  await signIn(page);
  await visit(page, '/assets');
  await page.getByRole('button', { name: '导入' }).click();
  const rows = [
    HEADER,
    `E2E-${stamp}-1,影像工作站一,终端,HIS,一般`,
    `E2E-${stamp}-2,影像工作站二,终端,HIS,一般`,
    `E2E-${stamp}-3,影像工作站三,不存在的类型,HIS,一般`,
    `E2E-${stamp}-4,影像工作站四,终端,没有这个系统,一般`,
  ];
  const file = { name: '资产.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) };
  await page.locator('input[type="file"]').setInputFiles(file);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('不存在的类型');
  await expect(dialog).toContainText('没有这个系统');
  await expect(dialog.getByRole('button', { name: '下载不合格行（2）' })).toBeVisible();
  await dialog.getByRole('button', { name: '导入 2 行' }).click();
  await expect(dialog.getByText('导入完成：新建 2，更新 0，无变化 0，不合格 2')).toBeVisible();

  await page.goto(`/assets?q=E2E-${stamp}`);
  await expect(page.getByText('影像工作站一')).toBeVisible();
  await expect(page.getByText('影像工作站三')).toHaveCount(0);
});
