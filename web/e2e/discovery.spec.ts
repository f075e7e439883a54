import { accessibility, expect, signIn, test, visit } from './support';

const stamp = Date.now().toString(36).toUpperCase();
/** What is accepted stays so: each run has a port of its own. */
const gateway = 20_000 + (Date.now() % 20_000);

/** A scan as nmap writes it, invented: one host of the register, one of none, one outside. */
const scan = (known: string, unknown: string) => `<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -sV -oX scan.xml" start="1795392000" version="7.94" xmloutputversion="1.05">
${[known, unknown, '203.0.113.77']
  .map(
    (address) => `<host><status state="up" reason="syn-ack"/><address addr="${address}" addrtype="ipv4"/><ports>
<port protocol="tcp" portid="23"><state state="open" reason="syn-ack"/><service name="telnet"/></port>
<port protocol="tcp" portid="${gateway}"><state state="open" reason="syn-ack"/><service name="https" tunnel="ssl"/></port>
</ports></host>`,
  )
  .join('\n')}
<runstats><finished time="1795392060" exit="success"/><hosts up="3" down="0" total="3"/></runstats></nmaprun>`;

test('a scan is taken in, a port of it accepted, and an unknown host becomes an asset', async ({ page }) => {
  await signIn(page);
  const { items } = (await (await page.request.get('/api/v1/assets?limit=1000')).json()) as { items: { address: string | null }[] };
  const known = items.map((one) => one.address ?? '').find((address) => /^10\.\d+\.\d+\.\d+$/.test(address));
  if (!known) throw new Error('the demonstration has no asset with an address');
  const network = known.split('.').slice(0, 3).join('.');
  const unknown = `${network}.${220 + (Date.now() % 30)}`;

  await visit(page, '/discovery');
  await page.getByRole('button', { name: '登记授权' }).click();
  const drawer = page.getByRole('dialog', { name: '登记授权' });
  await drawer.getByLabel('网段').fill('10.0.0');
  await drawer.getByLabel('授权理由').fill('资产普查，经分管院领导同意');
  await drawer.getByRole('button', { name: '保存' }).click();
  await expect(drawer.getByText('网段或地址格式不正确')).toBeVisible();
  await drawer.getByLabel('网段').fill(`${network}.0/24`);
  await drawer.getByRole('button', { name: '保存' }).click();
  await expect(page.locator('.ranges')).toContainText(`${network}.0/24`);
  expect(await accessibility(page)).toEqual([]);

  await page.getByRole('button', { name: '导入 nmap 结果' }).click();
  const file = { name: 'scan.xml', mimeType: 'text/xml', buffer: Buffer.from(scan(known, unknown)) };
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(file);
  await expect(page).toHaveURL(/\/discovery\/\d+/);
  await expect(page.getByText('1 台主机不在授权网段内，未导入').first()).toBeVisible();
  const grid = page.getByRole('grid');
  await expect(grid.getByRole('row').nth(1)).toContainText(unknown);
  expect(await accessibility(page)).toEqual([]);

  await grid.getByRole('row').filter({ hasText: known }).first().click();
  await expect(page).toHaveURL(/host=/);
  const host = page.getByRole('dialog', { name: known });
  await expect(host).toContainText('口令明文传输，改用 SSH');
  await host.getByRole('button', { name: `登记为预期 tcp/${gateway}` }).click();
  const dialog = page.getByRole('dialog', { name: /个端口为预期/ });
  await dialog.getByLabel('理由').fill('业务网关，变更单 2026-118');
  await dialog.getByRole('button', { name: '提交' }).click();
  await expect(host).toContainText('变更单 2026-118');
  await expect(host.getByRole('button', { name: `登记为预期 tcp/${gateway}` })).toBeHidden();

  await grid.getByRole('row').filter({ hasText: unknown }).first().click();
  await page.getByRole('button', { name: '登记为资产' }).click();
  const asset = page.getByRole('dialog', { name: new RegExp(`登记为资产 ${unknown}`) });
  await asset.getByLabel('编号').fill(`E2E-${stamp}`);
  await asset.getByLabel('名称').fill('新接入的网关');
  expect(await accessibility(page)).toEqual([]);
  await asset.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('dialog', { name: unknown }).getByRole('link', { name: '新接入的网关' })).toBeVisible();
});
