import { expect, it } from 'vitest';
import { separated } from './roles';

it('keeps administrators apart', () => {
  expect([separated(['audit_admin']), separated(['engineer', 'liaison']), separated([])]).toEqual([true, true, true]);
  expect([separated(['system_admin', 'audit_admin']), separated(['security_admin', 'engineer'])]).toEqual([false, false]);
});
