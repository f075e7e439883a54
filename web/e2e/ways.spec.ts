import { createServer } from 'node:net';
import { accessibility, engineer, expect, signIn, test, visit } from './support';

/** A loopback port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a target that refuses is explained; the fields stay, the password does not', async ({ page }) => {
  await signIn(page, engineer.name, engineer.password);
  const { items } = (await (await page.request.get('/api/v1/assets?object_type=server_os&limit=1')).json()) as { items: { id: number }[] };
  const port = String(await closedPort());
  await visit(page, `/assets?id=${items[0]?.id}`);
  await page.getByRole('button', { name: '立即检查' }).click();
  const dialog = page.getByRole('dialog', { name: '立即检查' });
  await dialog.getByRole('tab', { name: 'SSH 登录' }).click();
  await dialog.getByLabel('地址').fill('127.0.0.1');
  await dialog.getByLabel('端口').fill(port);
  await dialog.getByLabel('账户').fill('xinglin');
  await dialog.getByRole('textbox', { name: '口令', exact: true }).fill('Kapok-7-Lantern');
  await dialog.getByRole('button', { name: '开始检查' }).click();
  await expect(dialog.getByRole('alert')).toContainText('对方拒绝连接');
  await expect(dialog.getByRole('alert')).toContainText(`127.0.0.1:${port}`);
  await expect(dialog.getByLabel('账户')).toHaveValue('xinglin');
  await expect(dialog.getByRole('textbox', { name: '口令', exact: true })).toHaveValue('');
  expect(await accessibility(page)).toEqual([]);

  await dialog.getByRole('tab', { name: 'TLS 端点' }).click();
  await expect(page).toHaveURL(/inspect=tls/);
  await dialog.getByLabel('地址').fill('127.0.0.1');
  await dialog.getByLabel('端口').fill(port);
  await dialog.getByRole('button', { name: '开始检查' }).click();
  await expect(dialog.getByRole('alert')).toContainText('对方拒绝连接');

  await dialog.getByRole('tab', { name: '采集脚本' }).click();
  const download = page.waitForEvent('download');
  await dialog.getByRole('link', { name: '下载 linux.sh' }).click();
  expect((await download).suggestedFilename()).toBe('linux.sh');
  expect(await accessibility(page)).toEqual([]);
});
