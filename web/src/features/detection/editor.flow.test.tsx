import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { asked, showPage } from '@/test/page';
import { RuleEditorPage } from './RuleEditorPage';

vi.hoisted(() => {
  // The client keeps the network it finds when it is made.
  globalThis.fetch = (async (request: Request) => (await import('@/test/page')).answer(request)) as typeof fetch;
});
const PATIENCE = { timeout: 60_000 };
vi.setConfig({ testTimeout: 120_000 });

const wrong = { problems: [{ line: 3, why: 'unknown modifier `containz`' }], events: 0, matched: 0, examples: [], cut: false };
const right = { problems: [], events: 4000, matched: 12, examples: [], cut: true };
const tried = () => asked.filter((one) => one.path === '/api/v1/detection/rules/test');

it('tries a rule while it is written, leads to what is wrong, and saves what is right', async () => {
  showPage(RuleEditorPage, {
    at: '/detection/rules/edit',
    permissions: ['alerts.read', 'detection.manage'],
    answers: {
      'POST /api/v1/detection/rules/test': ({ body }) => ((body as { text: string }).text.includes('containz') ? wrong : right),
      'POST /api/v1/detection/rules': () => ({ id: 'new-1' }),
    },
  });
  const user = userEvent.setup();
  const field = (await screen.findByRole('textbox', { name: '规则原文' }, PATIENCE)) as HTMLTextAreaElement;
  expect(await screen.findByText('12', {}, PATIENCE)).toBeInTheDocument();
  expect(tried()[0]?.body).toMatchObject({ hours: 24, text: expect.stringContaining('condition: selection') });

  fireEvent.change(field, { target: { value: 'title: x\ndetection:\n  a|containz: b\n' } });
  fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
  await user.click(await screen.findByRole('button', { name: /containz/ }, PATIENCE));
  expect([field.selectionStart, field.selectionEnd]).toEqual([20, 35]);
  expect(screen.getByRole('button', { name: '保存' })).toBeDisabled();

  fireEvent.change(field, { target: { value: 'title: x\ndetection:\n  a|contains: b\n' } });
  await waitFor(() => expect(screen.getByRole('button', { name: '保存' })).toBeEnabled(), PATIENCE);
  await user.click(screen.getByRole('button', { name: '保存' }));
  await waitFor(() => expect(asked.some((one) => one.method === 'POST' && one.path === '/api/v1/detection/rules')).toBe(true), PATIENCE);
});
