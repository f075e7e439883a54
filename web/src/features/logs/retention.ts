import { api, bodyOf, client, type Schemas } from '@/api/client';

export type RetentionRule = Schemas['LogRetention'];
export type RetentionInput = Schemas['LogRetentionInput'];
export const RETENTION_TOUCHES = ['logs/retention', 'logs/storage', 'logs/sources', 'logs/coverage', 'assets'];

export const useRetentions = () => api.useQuery('get', '/api/v1/logs/retention');
export const setRetention = (body: RetentionInput) => bodyOf(client.POST('/api/v1/logs/retention', { body }));

type Decision = { id: number; reason: string; action: 'approve' | 'refuse' | 'end' };
export const decideRetention = ({ id, reason, action }: Decision) => {
  const asked = { params: { path: { id } }, body: { reason } };
  if (action === 'approve') return bodyOf(client.POST('/api/v1/logs/retention/{id}/approve', asked));
  if (action === 'refuse') return bodyOf(client.POST('/api/v1/logs/retention/{id}/refuse', asked));
  return bodyOf(client.DELETE('/api/v1/logs/retention/{id}', asked));
};

/** Rules that count or wait come first, of both the newest first; those that are over are history. */
export const parted = (rules: readonly RetentionRule[]) => ({
  standing: [...rules.filter((one) => one.state === 'proposed'), ...rules.filter((one) => one.state === 'in_force')],
  past: rules.filter((one) => one.state === 'refused' || one.state === 'ended'),
});

/** What stands for a source: its own rule, and one that waits for the auditor. */
export const ofSource = (rules: readonly RetentionRule[], source: string) => ({
  inForce: rules.find((one) => one.source === source && one.state === 'in_force'),
  proposed: rules.find((one) => one.source === source && one.state === 'proposed'),
});
