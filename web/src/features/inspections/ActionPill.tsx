import type { Schemas } from '@/api/client';
import { useWord } from '@/i18n/words';
import { Pill, type Tone } from '@/ui/Pill';

/**
 * What a filter does with packets. It is a fact, neither good nor bad by itself: passing is blue, stopping grey, in rules,
 * in answers and in comparisons alike; what is wrong with it is said by the problems found.
 */
const TONES = { permit: 'info', deny: 'mute' } as const satisfies Record<Schemas['PolicyAction'], Tone>;
const VERDICT_TONES = { permitted: 'info', partly: 'info', denied: 'mute', unanswered: 'warn' } as const satisfies Record<
  Schemas['ReachAnswer']['verdict'],
  Tone
>;

export function ActionPill({ action }: { action: Schemas['PolicyAction'] }) {
  const word = useWord();
  return <Pill tone={TONES[action]}>{word('policyAction', action)}</Pill>;
}

export function ReachPill({ verdict }: { verdict: Schemas['ReachAnswer']['verdict'] }) {
  const word = useWord();
  return <Pill tone={VERDICT_TONES[verdict]}>{word('reachVerdict', verdict)}</Pill>;
}
