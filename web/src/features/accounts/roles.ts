import type { Schemas } from '@/api/client';

const ADMINISTRATORS: readonly string[] = ['system_admin', 'security_admin', 'audit_admin'];

/** Whether a set of roles keeps the three administrators apart, from each other and from business; the server decides again. */
export const separated = (roles: readonly Schemas['Role'][]) => roles.length < 2 || !roles.some((r) => ADMINISTRATORS.includes(r));
