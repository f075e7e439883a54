import type { Schemas } from '@/api/client';

/** The ways to inspect an asset. */
export const WAYS = ['here', 'ssh', 'database', 'tls', 'files', 'collector'] as const;
export type Way = (typeof WAYS)[number];
type Subject = Pick<Schemas['Asset'], 'object_type' | 'local_host'>;

const FITTING: Partial<Record<Schemas['ObjectType'], readonly Way[]>> = {
  server_os: ['ssh', 'collector', 'files'],
  terminal: ['collector', 'files'],
  virtualization: ['collector', 'files'],
  database: ['database', 'collector', 'files'],
  network_device: ['files'],
  security_device: ['files'],
  middleware: ['files', 'tls'],
  application: ['tls', 'files'],
  management_platform: ['tls', 'files', 'ssh'],
};

/** The ways in the order in which they suit an asset; this machine only where it is it. */
export function waysFor(asset: Subject | undefined): Way[] {
  const fitting: readonly Way[] = asset ? (FITTING[asset.object_type] ?? ['files']) : ['files', 'ssh'];
  const here: Way[] = asset?.local_host ? ['here'] : [];
  const rest = WAYS.filter((way) => way !== 'here' && !fitting.includes(way));
  return [...here, ...fitting, ...rest];
}

const INSPECTED: readonly Schemas['ObjectType'][] = [
  'network_device',
  'security_device',
  'server_os',
  'virtualization',
  'terminal',
  'mobile',
  'iot_node',
  'ics_device',
  'database',
  'middleware',
  'application',
  'system_software',
  'management_platform',
  'trusted_component',
  'crypto_component',
];
/** Whether there is anything to inspect about a kind of object; a room or a policy is judged by people. */
export const isInspected = (type: Schemas['ObjectType']) => INSPECTED.includes(type);

/** Kinds of database that are asked live, with their usual ports. */
export const LIVE_DATABASES = { mysql: 3306, postgresql: 5432, kingbase: 54321, redis: 6379 } as const satisfies Partial<
  Record<Schemas['Family'], number>
>;
export type LiveDatabase = keyof typeof LIVE_DATABASES;
export const TLS_MODES = ['verify', 'prefer', 'off'] as const satisfies readonly Schemas['DatabaseTls'][];
export const START_TLS = ['smtp', 'imap', 'ldap', 'postgresql', 'mysql'] as const satisfies readonly Schemas['StartTls'][];

/** A host as the server takes it: a name or an address, without port and path. */
export const isHost = (text: string) => /^[A-Za-z0-9._:%[\]-]{1,253}$/.test(text.trim());

/** The host in what people write as an asset's address: the first of several, without scheme, port and path. */
export function hostOf(address: string | null | undefined): string {
  const first = (address ?? '').split(/[,;，、；\s]+/).find(Boolean) ?? '';
  const bare = first.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/')[0] ?? '';
  const bracketed = /^\[([^\]]+)\]/.exec(bare);
  if (bracketed?.[1]) return bracketed[1];
  // More than one colon is an address of version 6, which has no port without brackets.
  const host = bare.split(':').length === 2 ? (bare.split(':')[0] ?? '') : bare;
  return isHost(host) ? host : '';
}

/** Where a host's key is kept. */
export const placeOf = (host: string, port: number) =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
