import type { Tone } from '@/ui/Pill';
import type { LogSource, SourceState } from './types';

export const SOURCE_TONES: Record<SourceState, Tone> = { sending: 'good', silent: 'bad', new: 'info', stopped: 'mute' };
const ORDER: readonly SourceState[] = ['silent', 'new', 'sending', 'stopped'];

/** Those that fell silent come first, the longest silent before the others. */
export function sortedSources(sources: readonly LogSource[]): LogSource[] {
  return [...sources].sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
      (a.state === 'silent' ? (a.silent_since ?? '').localeCompare(b.silent_since ?? '') : 0) ||
      a.name.localeCompare(b.name),
  );
}

/** What never reached storage as it was sent: refused, dropped or cut. */
export const lossesOf = (source: LogSource) => source.rejected + source.dropped + source.cut;

/** From here on the clock of a source is wrong enough to put events out of order. */
const SKEW_SECONDS = 5;
export const isOutOfStep = (source: LogSource) => Math.abs(source.clock_skew_seconds ?? 0) > SKEW_SECONDS;

/** The sources that a search word finds. */
export const foundSources = (sources: readonly LogSource[], q: string) => {
  const word = q.trim().toLowerCase();
  return sources.filter((one) => `${one.name} ${one.address} ${one.asset_name ?? ''} ${one.parser ?? ''}`.toLowerCase().includes(word));
};
