import type { Schemas } from '@/api/client';
import type { Tone } from '@/ui/Pill';

export type Change = Schemas['IntegrityChange'];
export type Entry = Schemas['IntegrityEntry'];
export type Actor = Schemas['IntegrityActor'];
export const STATES = ['open', 'approved', 'undone'] as const satisfies readonly Change['state'][];

export const KIND_TONES: Record<Change['kind'], Tone> = { added: 'info', removed: 'mute', changed: 'accent' };
export const CAUSE_TONES: Record<Change['cause'], Tone> = { package: 'good', despite_package: 'bad', unknown: 'warn' };
export const STATE_TONES: Record<Change['state'], Tone> = { open: 'warn', approved: 'good', undone: 'mute' };

/** `ward3 → root`: who signed in, and as whom it was done. */
export const whoOf = (actor: Pick<Actor, 'account' | 'acted_as'>) =>
  actor.acted_as && actor.acted_as !== actor.account ? `${actor.account} → ${actor.acted_as}` : actor.account;

/** The lines of a comparison of what is at a path: what is the same on both sides is said once. */
export function comparedLines(
  change: Pick<Change, 'before' | 'after'>,
): { field: keyof Entry; before: string; after: string; isSame: boolean }[] {
  const fields = [
    'kind',
    'mode',
    'uid',
    'gid',
    'size_bytes',
    'modified_at',
    'sha256',
    'target',
  ] as const satisfies readonly (keyof Entry)[];
  const said = (entry: Entry | null, field: keyof Entry) => {
    const value = entry?.[field];
    return value === null || value === undefined ? '' : String(value);
  };
  return fields
    .map((field) => {
      const [before, after] = [said(change.before, field), said(change.after, field)];
      return { field, before, after, isSame: before === after };
    })
    .filter((line) => line.before !== '' || line.after !== '');
}
