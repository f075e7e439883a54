import { useWord } from '@/i18n/words';
import { Pill, type Tone } from '@/ui/Pill';

const TONES: Record<string, Tone> = { failure: 'bad', success: 'good' };

/** How what is logged ended. */
export function OutcomePill({ code }: { code: string }) {
  const word = useWord();
  return <Pill tone={TONES[code] ?? 'mute'}>{word('logOutcome', code)}</Pill>;
}
