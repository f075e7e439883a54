import { accessibility, expect, signIn, test, visit } from './support';

const PAGES = [
  '/',
  '/systems',
  '/assets',
  '/people',
  '/people?tab=departments',
  '/people?tab=posts',
  '/assessments',
  '/findings',
  '/plans',
  '/inspections',
  '/exceptions',
  '/discovery',
  '/agents',
  '/integrity',
  '/integrity?asset_id=1',
  '/catalogue',
];

for (const theme of ['light', 'dark'])
  test(`every list is accessible and fits the screen, ${theme}`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.addInitScript((mode) => localStorage.setItem('theme', mode), theme);
    await page.goto('/sign-in');
    expect(await accessibility(page)).toEqual([]);
    await signIn(page);
    for (const path of PAGES) {
      await visit(page, path);
      expect(await accessibility(page), path).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), path).toBe(true);
    }
  });

test('a wrong password is explained, and sign-in leads back to where one wanted to go', async ({ page }) => {
  await page.goto('/findings?severity=high');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel('用户名').fill('nobody');
  await page.getByLabel('口令', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert')).toContainText('用户名或口令错误');
});

test('language and theme survive a reload', async ({ page }) => {
  await signIn(page);
  await page.getByRole('button', { name: '语言' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the palette finds a requirement by its code', async ({ page }) => {
  await signIn(page);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('CES1-01');
  await expect(page.getByRole('option', { name: /L3-CES1-01/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/catalogue\?id=L3-CES1-01/);
  await expect(page.getByRole('dialog')).toContainText('L3-CES1-01');
});
