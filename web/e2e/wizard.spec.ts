import { OwnServer } from './server';
import { accessibility, expect, test } from './support';

const ADMINISTRATORS = ['first.admin', 'second.admin', 'third.admin'];
const PASSWORD = 'Kapok-7-Lantern';

test('the wizard makes three administrators, and each sees only his own part', async ({ page }) => {
  const server = await OwnServer.start();
  try {
    await page.goto(server.address);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('请完成初始化');
    expect(await accessibility(page)).toEqual([]);
    await page.getByLabel('医院名称').fill('示例医院');
    await page.getByRole('button', { name: '下一步' }).click();
    for (const [at, username] of ADMINISTRATORS.entries()) {
      await page.getByLabel('用户名').fill(username);
      await page.getByLabel('持有人姓名').fill(`示例人员${at + 1}`);
      await page.getByLabel('口令', { exact: true }).fill(PASSWORD);
      await page.getByLabel('再次输入口令').fill(PASSWORD);
      await page.getByRole('button', { name: at === 2 ? '完成初始化' : '下一步' }).click();
    }
    await page.getByRole('button', { name: '去登录' }).click();
    const sees = [
      ['账号', '审计台账'],
      ['账号', '审计台账'],
      ['审计台账', '账号'],
    ] as const;
    for (const [at, username] of ADMINISTRATORS.entries()) {
      await page.context().clearCookies();
      await page.goto(`${server.address}/sign-in`);
      await page.getByLabel('用户名').fill(username);
      await page.getByLabel('口令', { exact: true }).fill(PASSWORD);
      await page.keyboard.press('Enter');
      const navigation = page.getByRole('navigation', { name: '主导航' });
      await expect(navigation).toBeVisible();
      const [own, other] = sees[at] ?? ['', ''];
      await expect(navigation).toContainText(own);
      await expect(navigation).not.toContainText(other);
      await expect(navigation).not.toContainText('资产台账');
    }
  } finally {
    await server.stop();
  }
});
