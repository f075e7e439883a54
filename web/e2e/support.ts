import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

/** Who signs in: E2E_USER with E2E_PASSWORD, as the demonstration hospital printed them. */
const user = process.env.E2E_USER ?? 'lead';
const password = process.env.E2E_PASSWORD ?? 'demo';

/** A test that fails on any console error, a violation of the Content-Security-Policy among them. */
export const test = base.extend<{ errors: string[] }>({
  errors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('console', (message) => {
        // Refusals that the page tells in words: not signed in, not found, conflicts, targets that do not answer.
        if (message.type() === 'error' && !/status of (40[149]|503)/.test(message.text())) errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(error.message));
      await use(errors);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

/** Another account of the demonstration: sign-ins of one end its oldest sessions. */
export const engineer = { name: 'engineer', password: process.env.E2E_ENGINEER_PASSWORD ?? 'demo' };

export async function signIn(page: Page, as = user, secret = password, origin = '') {
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel('用户名').fill(as);
  await page.getByLabel('口令', { exact: true }).fill(secret);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible();
}

/** Opens a page and waits until its placeholders are gone. */
export async function visit(page: Page, path: string) {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('.bones, .boot')).toHaveCount(0);
}

export async function accessibility(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']).analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}
export { expect };
