import { ApiError } from '@/api/client';

/** A host whose key nobody has compared yet. */
export type Shown = { hop: 'jump' | 'target'; key: string };
/** A host that shows another key than the one compared before. */
export type Changed = { known: string; found: string };

const keyField = (error: ApiError) => error.fields.find((f) => f.field.endsWith('host_key'));

/** The key to be compared, where that is why a host was refused. */
export function shownKey(error: unknown): Shown | null {
  if (!(error instanceof ApiError) || error.slug !== 'host-key-unknown') return null;
  const field = keyField(error);
  return field?.found ? { hop: field.field.startsWith('jump.') ? 'jump' : 'target', key: field.found } : null;
}

/** Both keys, where a host was refused because they differ. */
export function changedKey(error: unknown): Changed | null {
  if (!(error instanceof ApiError) || error.slug !== 'host-key-changed') return null;
  const field = keyField(error);
  return { known: field?.expected ?? '', found: field?.found ?? '' };
}

/** How the key of such an algorithm is shown on the console of its host. */
export function consoleCommand(key: string): string {
  const algorithm = key.split(' ')[0] ?? '';
  const file = algorithm.includes('ed25519') ? 'ed25519' : algorithm.includes('ecdsa') ? 'ecdsa' : algorithm.includes('rsa') ? 'rsa' : '*';
  return `ssh-keygen -lf /etc/ssh/ssh_host_${file}_key.pub`;
}
