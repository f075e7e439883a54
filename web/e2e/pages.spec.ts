import { OwnServer } from './server';
import { accessibility, engineer, expect, signIn, test, visit } from './support';

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
  '/detection/alerts',
  '/detection/rules',
  '/detection/rules?tab=coverage',
  '/detection/rules?tab=exceptions',
  '/detection/rules/edit',
  '/detection/indicators',
  '/logs',
  '/logs/sql',
  '/logs/sources',
  '/logs/storage',
  '/organisation',
];

for (const theme of ['light', 'dark'])
  test(`every list is accessible and fits the screen, ${theme}`, async ({ page }) => {
    test.setTimeout(480_000);
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

for (const theme of ['light', 'dark'])
  test(`pages of one thing and their dialogs are accessible and fit the screen, ${theme}`, async ({ page }) => {
    test.setTimeout(600_000);
    await page.addInitScript((mode) => localStorage.setItem('theme', mode), theme);
    await signIn(page, engineer.name, engineer.password);
    const first = async (path: string) => ((await (await page.request.get(path)).json()) as { items: { id: number }[] }).items[0]?.id;
    const clean = async (what: string) => {
      expect(await accessibility(page), what).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), what).toBe(true);
      const box = await page
        .locator('.ant-modal')
        .boundingBox({ timeout: 1000 })
        .catch(() => null);
      if (box) expect(box.y + box.height, `${what} is higher than the screen`).toBeLessThanOrEqual(768);
    };
    const assessment = await first('/api/v1/assessments');
    const inspection = await first('/api/v1/inspections?family=linux');
    for (const path of [`/assessments/${assessment}`, `/assessments/${assessment}/matrix`, `/plans/${await first('/api/v1/plans')}`]) {
      await visit(page, path);
      await clean(path);
    }
    for (const tab of ['results', 'drift', 'facts']) {
      await visit(page, `/inspections/${inspection}?tab=${tab}`);
      await clean(`inspection, ${tab}`);
    }
    const host = await first('/api/v1/assets?object_type=server_os&limit=1');
    for (const way of ['ssh', 'database', 'tls', 'files', 'collector']) {
      await visit(page, `/assets?id=${host}&inspect=${way}`);
      await expect(page.getByRole('dialog', { name: '立即检查' })).toBeVisible();
      await clean(`inspect now, ${way}`);
    }
  });

test("the administrators' pages are accessible and fit the screen", async ({ page }) => {
  test.setTimeout(600_000);
  const server = await OwnServer.start('--demo');
  try {
    for (const [account, path] of [
      ['sysadmin', '/accounts'],
      ['secadmin', '/accounts'],
      ['auditadmin', '/ledger'],
    ] as const) {
      await page.context().clearCookies();
      await signIn(page, account, server.passwordOf(account), server.address);
      await visit(page, server.address + path);
      await page.getByRole('grid').getByRole('row').nth(1).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await accessibility(page), `${account} ${path}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), path).toBe(true);
    }
  } finally {
    await server.stop();
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
