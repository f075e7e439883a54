import { expect, signIn, test, visit } from './support';

test.beforeEach(async ({ page }) => {
  await signIn(page);
  await visit(page, '/assessments');
  await page.getByRole('row').nth(1).getByRole('link').click();
  await expect(page).toHaveURL(/\/assessments\/\d+\/matrix/);
});

test('filters live in the address and a cell is overruled with a reason', async ({ page }) => {
  await page.getByLabel('搜索条款、控制点').fill('CES1-01');
  await expect(page).toHaveURL(/q=CES1-01/);
  const cell = page.locator('[role="gridcell"]:not(.none)').first();
  await cell.click();
  const drawer = page.getByRole('dialog');
  await expect(drawer).toContainText('L3-CES1-01');
  await drawer.getByRole('button', { name: '改判' }).click();
  const dialog = page.getByRole('dialog', { name: '改判' });
  await dialog.getByRole('button', { name: '提交' }).click();
  await expect(dialog.getByText('此项必填').first()).toBeVisible();
  await dialog.getByText('不符合', { exact: true }).click();
  await dialog.getByLabel('理由').fill('现场核对，口令策略未生效');
  await dialog.getByRole('button', { name: '提交' }).click();
  await expect(cell).toHaveText('不符合');
  await expect(drawer.getByText('人工改判')).toBeVisible();
});

test('a range is selected by keyboard and confirmed at once', async ({ page }) => {
  await page.goto(`${page.url().split('?')[0]}?domain=CES`);
  const grid = page.getByRole('grid');
  await expect(grid.locator('[role="gridcell"]').first()).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowDown');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
  const bar = page.getByRole('region', { name: '批量操作' });
  await expect(bar).toContainText('已选 24 格');
  await expect(bar.getByRole('button', { name: /^确认建议/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
});
