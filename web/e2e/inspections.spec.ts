import { accessibility, engineer, expect, signIn, test, visit } from './support';

/** A small firewall, invented; the second version opens the database to everybody. */
const FIREWALL = (lastRule: string) => `#
 sysname demo-fw01
#
ip address-set his-db type object
 address 0 10.10.1.5 mask 32
#
ip address-set wards type object
 address 0 10.20.0.0 mask 16
#
firewall zone trust
 set priority 85
 add interface GigabitEthernet1/0/1
#
firewall zone dmz
 set priority 50
 add interface GigabitEthernet1/0/2
#
security-policy
 rule name wards-to-his
  source-zone trust
  destination-zone dmz
  source-address address-set wards
  destination-address address-set his-db
  service protocol tcp destination-port 1521
  action permit
${lastRule}#
return
`;
const OPEN = ` rule name everybody
  source-zone trust
  destination-zone dmz
  destination-address address-set his-db
  service protocol tcp destination-port 1521
  action permit
`;

test('a firewall is inspected twice: by clause, what changed, who reaches the database, how to mend it', async ({ page }) => {
  await signIn(page, engineer.name, engineer.password);
  const { items } = (await (await page.request.get('/api/v1/assets?object_type=security_device&limit=1')).json()) as {
    items: { id: number; name: string }[];
  };
  const device = items[0];
  if (!device) throw new Error('the demonstration has no security device');
  const upload = async (text: string) => {
    await visit(page, '/inspections');
    await page.getByRole('button', { name: '立即检查' }).click();
    const dialog = page.getByRole('dialog', { name: '立即检查' });
    await dialog.getByLabel('检查哪项资产').fill(device.name);
    await page.locator('.ant-select-item-option').filter({ hasText: device.name }).click();
    await dialog.getByRole('tab', { name: '上传文件' }).click();
    await dialog.locator('input[type=file]').setInputFiles({ name: 'demo-fw01.cfg', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await dialog.getByRole('button', { name: '导入结果' }).click();
    await expect(page).toHaveURL(/\/inspections\/\d+/);
    await expect(page.locator('.clause').first()).toBeVisible();
  };
  await upload(FIREWALL(''));
  await upload(FIREWALL(OPEN));

  await expect(page.locator('.clause h2').filter({ hasText: '8.1.' }).first()).toBeVisible();
  expect(await accessibility(page)).toEqual([]);

  await page.getByRole('tab', { name: /变化/ }).click();
  await expect(page.locator('.drift')).toContainText('everybody');
  expect(await accessibility(page)).toEqual([]);

  await page.getByRole('tab', { name: '访问策略' }).click();
  await page.getByLabel('源地址').fill('10.99.0.1');
  await page.getByLabel('目的地址').fill('10.10.1.5');
  await page.getByLabel('服务').fill('tcp/1521');
  await page.getByRole('button', { name: '查询' }).click();
  await expect(page.locator('.reach-answer')).toContainText('允许');
  await expect(page.locator('.reach-answer')).toContainText('everybody');
  expect(await accessibility(page)).toEqual([]);

  await page.getByRole('button', { name: '整改措施' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: /整改工单/ }).click();
  expect((await download).suggestedFilename()).toMatch(/\.docx$/);
});
