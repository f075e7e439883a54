import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { type Answers, asked, showPage } from '@/test/page';
import { AlertsPage } from './AlertsPage';
import type { Alert, AlertDetail } from './types';

vi.hoisted(() => {
  // The client keeps the network it finds when it is made.
  globalThis.fetch = (async (request: Request) => (await import('@/test/page')).answer(request)) as typeof fetch;
});
// Charts draw on a canvas that is not here.
vi.mock('@/ui/Chart', () => ({ default: () => null }));
// Nothing has a height here, so a virtual list would have no rows.
vi.mock('@tanstack/react-virtual', () => ({
  useVirtualizer: ({ count }: { count: number }) => ({
    getVirtualItems: () => Array.from({ length: count }, (_, index) => ({ index, key: index, start: 36 * (index + 1) })),
    getTotalSize: () => 36 * (count + 1),
    scrollToIndex: () => undefined,
  }),
}));
// Dialogs take their time on a busy machine.
const PATIENCE = { timeout: 30_000 };
vi.setConfig({ testTimeout: 120_000 });

const alertOf = (id: number, title: string, rest: Partial<Alert> = {}): Alert => ({
  id,
  rule: 'ssh-brute-force',
  title: { zh: title, en: title },
  kind: 'correlation',
  level: 'high',
  severity: 'high',
  severity_reasons: [],
  state: 'new',
  verdict: null,
  first_at: '2026-11-23T01:00:00Z',
  last_at: '2026-11-23T01:05:00Z',
  created_at: '2026-11-23T01:05:00Z',
  closed_at: null,
  events: 12,
  entities: [
    { kind: 'address', value: '10.20.3.14' },
    { kind: 'user', value: 'root' },
  ],
  asset: null,
  sources: ['his-db01'],
  attack: ['T1110'],
  tactics: [],
  assigned_to: null,
  due_at: '2026-11-23T05:00:00Z',
  is_overdue: true,
  story: { id: 1, alerts: 1 },
  comments: 0,
  finding_id: null,
  look_back: false,
  allowed_actions: ['acknowledge', 'assign', 'investigate', 'close', 'comment', 'except', 'raise_finding'],
  ...rest,
});
const detailOf = (alert: Alert): AlertDetail => ({
  ...alert,
  description: { zh: '同一地址多次登录失败', en: 'many failed logins' },
  events_kept: [
    {
      sequence: '9',
      at: alert.last_at,
      source: 'his-db01',
      message: 'sshd[22]: Failed password for root from 10.20.3.14 port 52001 ssh2',
      fields: { 'source.ip': '10.20.3.14', 'user.name': 'root', 'event.action': 'ssh_login' },
      matched: [{ selection: 'failed', field: 'source.ip', value: '10.20.3.14' }],
    },
  ],
  false_positive_notes: [],
  references: [],
  learned: null,
  requirements: ['8.1.3.3'],
  playbook: null,
  condition: 'failed | count() >= 10',
  timeline: [],
  related: [],
  suppressed_by: null,
});
const alerts = [alertOf(1, 'SSH 暴力破解'), alertOf(2, '口令喷洒', { severity: 'critical' })];
const answers: Answers = {
  'GET /api/v1/alerts': () => ({
    items: alerts,
    total: 2,
    by_state: { new: 2, acknowledged: 0, investigating: 0, closed: 5 },
    by_severity: { critical: 1, high: 1, medium: 0, low: 0, informational: 0 },
    overdue: 2,
  }),
  'GET /api/v1/alerts/histogram': () => ({ seconds: 3600, buckets: [] }),
  'GET /api/v1/alerts/2': () => detailOf(alerts[1] as Alert),
  'GET /api/v1/detection/status': () => ({
    running: true,
    behind_events: 0,
    behind_seconds: 0,
    events_per_second: 5,
    rules: 1,
    correlations: 1,
    rejected: 0,
    indicators: 0,
    last_reload_at: null,
    problem: null,
  }),
  'POST /api/v1/alerts/triage': () => ({ changed: 1, skipped: 0 }),
  'POST /api/v1/alerts/2/exceptions': () => ({ id: 1 }),
};
const show = (at: string, permissions = ['alerts.read', 'alerts.triage', 'detection.manage']) =>
  showPage(AlertsPage, { at, permissions, answers });
const sent = (path: string) => asked.filter((one) => one.method === 'POST' && one.path === path).map((one) => one.body);
const grid = () => screen.findByRole('grid', { name: '告警处置' }, PATIENCE);
const second = async () =>
  (await screen.findByText('口令喷洒', { selector: '.alert-title span' }, PATIENCE)).closest('[role="row"]') as HTMLElement;
/** The dialog with a title; asking for its role would read the whole page each time. */
const dialogOf = async (title: string) =>
  (await screen.findByText(title, { selector: '.ant-modal-title' }, PATIENCE)).closest('[role="dialog"]') as HTMLElement;

it('triages by the keyboard: down, acknowledge, close with verdict and reason', async () => {
  show('/detection/alerts');
  await second();
  const list = await grid();
  fireEvent.keyDown(window, { key: 'a' });
  expect(sent('/api/v1/alerts/triage')).toEqual([]);
  list.focus();
  fireEvent.keyDown(list, { key: 'j' });
  fireEvent.keyDown(list, { key: 'a' });
  await waitFor(() => expect(sent('/api/v1/alerts/triage')).toEqual([{ ids: [2], action: 'acknowledge' }]), PATIENCE);
  list.focus();
  fireEvent.keyDown(list, { key: 'c' });
  const dialog = await dialogOf('关闭 1 条告警');
  const user = userEvent.setup();
  await user.click(within(dialog).getByRole('radio', { name: /误报/ }));
  await user.type(within(dialog).getByLabelText('理由'), '扫描器');
  await user.click(within(dialog).getByRole('button', { name: '关闭 1 条告警' }));
  const closed = { ids: [2], action: 'close', verdict: 'false_positive', reason: '扫描器' };
  await waitFor(() => expect(sent('/api/v1/alerts/triage').at(-1)).toEqual(closed), PATIENCE);
});

it('narrows by what is clicked, and the address says so', async () => {
  const { history } = show('/detection/alerts');
  const user = userEvent.setup();
  await user.click(within(await second()).getByRole('button', { name: /10\.20\.3\.14/ }));
  await waitFor(() => expect(history.location.search).toContain('entity=address%3A10.20.3.14'), PATIENCE);
  expect(await screen.findByRole('list', { name: '当前筛选条件' }, PATIENCE)).toHaveTextContent('10.20.3.14');
  await user.click(screen.getByRole('button', { name: /^严重/ }));
  const last = () => asked.filter((one) => one.path === '/api/v1/alerts').at(-1)?.query;
  await waitFor(
    () => expect(last()).toMatchObject({ entity: '10.20.3.14', severity: 'critical', state: 'new,acknowledged,investigating' }),
    PATIENCE,
  );
});

it('shows why an alert fired, and makes an exception of what matched', async () => {
  show('/detection/alerts?id=2');
  const reasons = await screen.findByRole('table', {}, PATIENCE);
  expect(within(reasons).getByText('10.20.3.14').tagName).toBe('MARK');
  expect(screen.getAllByText('10.20.3.14', { selector: 'pre mark' })).toHaveLength(1);
  expect(screen.getByText('root', { selector: 'pre mark' })).toBeInTheDocument();
  expect(screen.getByText('failed', { selector: 'code mark' })).toBeInTheDocument();
  fireEvent.keyDown(window, { key: 'e' });
  const dialog = await dialogOf('设为例外：以后不再告警');
  const user = userEvent.setup();
  expect(within(dialog).getByRole('checkbox', { name: 'source.ip' })).toBeChecked();
  expect(within(dialog).getByRole('checkbox', { name: 'event.action' })).not.toBeChecked();
  await user.click(within(dialog).getByRole('checkbox', { name: 'user.name' }));
  await user.type(within(dialog).getByLabelText('理由'), '漏洞扫描');
  await user.click(within(dialog).getByRole('button', { name: '设为例外' }));
  await waitFor(() => expect(sent('/api/v1/alerts/2/exceptions')).toHaveLength(1), PATIENCE);
  expect(sent('/api/v1/alerts/2/exceptions')[0]).toMatchObject({
    conditions: [{ field: 'source.ip', value: '10.20.3.14' }],
    reason: '漏洞扫描',
    close_matching: true,
    until: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  });
});

it('lets those who may only read, read', async () => {
  show('/detection/alerts', ['alerts.read']);
  const list = await grid();
  await second();
  list.focus();
  fireEvent.keyDown(list, { key: 'a' });
  expect(screen.queryByRole('checkbox')).not.toBeInTheDocument();
  expect(sent('/api/v1/alerts/triage')).toEqual([]);
});
