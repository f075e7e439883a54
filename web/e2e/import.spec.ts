import { expect, signIn, test, visit } from './support';

test.skip(Boolean(process.env.BASE_URL), 'the mock decides the rows; the real import has its own specification');

test('an import shows the fate of each row, names the bad ones and applies the rest', async ({ page }) => {
  await signIn(page);
  await visit(page, '/assets');
  await page.getByRole('button', { name: '导入' }).click();
  await page.getByLabel(/选择或拖入/).setInputFiles({
    name: '资产.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: Buffer.from('mock'),
  });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('row')).toHaveCount(3);
  await expect(dialog).toContainText('“对象类型”为“服务器”');
  await dialog.getByRole('button', { name: '导入 34 行' }).click();
  await expect(dialog.getByText('导入完成：新建 28，更新 6，无变化 4，不合格 2')).toBeVisible();
});
