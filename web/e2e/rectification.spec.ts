import { expect, signIn, test, visit } from './support';

test('this very machine is inspected, with what failed and how to mend it', async ({ page }) => {
  await signIn(page);
  await visit(page, '/inspections');
  await page.getByRole('button', { name: '检查本机' }).first().click();
  await expect(page).toHaveURL(/\/inspections\/\d+/);
  await expect(page.getByText('检查结果').first()).toBeVisible();
  await expect(page.locator('.checks li')).not.toHaveCount(0);
});

test('overruling a verdict changes the result of the system', async ({ page }) => {
  await signIn(page);
  const figure = async () => {
    const found = await page.request.get('/api/v1/assessments');
    const { items } = (await found.json()) as { items: { system_name: string; id: number; result: { compliant: number } }[] };
    const portal = items.find((one) => one.system_name.includes('门户'));
    if (!portal) throw new Error('the demonstration has no portal');
    return { id: portal.id, compliant: portal.result.compliant };
  };
  const before = await figure();
  await visit(page, `/assessments/${before.id}/matrix?q=L2-PES1-01`);
  const cell = page.locator('[role="gridcell"]:not(.none)').filter({ hasText: '符合' }).first();
  await cell.click();
  const drawer = page.getByRole('dialog');
  await expect(drawer).toContainText('L2-PES1-01');
  await drawer.getByRole('button', { name: '改判' }).click();
  const dialog = page.getByRole('dialog', { name: '改判' });
  await dialog.getByRole('button', { name: '提交' }).click();
  await expect(dialog.getByText('此项必填').first()).toBeVisible();
  await dialog.getByText('不符合', { exact: true }).click();
  await dialog.getByLabel('理由').fill('现场核对，资料与现场不一致');
  await dialog.getByRole('button', { name: '提交' }).click();
  await expect(cell).toHaveText('不符合');
  await expect.poll(async () => (await figure()).compliant).toBe(before.compliant - 1);
  await visit(page, '/findings?q=L2-PES1-01');
  await expect(page.getByText('L2-PES1-01').first()).toBeVisible();
});

test('the plan is downloaded as a Word file', async ({ page }) => {
  await signIn(page);
  const found = await page.request.get('/api/v1/plans');
  const { items } = (await found.json()) as { items: { id: number }[] };
  await visit(page, `/plans/${items[0]?.id}`);
  const waiting = page.waitForEvent('download');
  await page.getByText('整改方案 Word').click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/\.docx$/);
  const stream = await download.createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
  expect(bytes.length).toBeGreaterThan(20_000);
});
