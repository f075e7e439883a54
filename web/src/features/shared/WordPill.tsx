import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { type TONES, toneOf } from './domain';

const GROUPS = {
  verdict: 'verdict',
  conclusion: 'conclusion',
  severity: 'severity',
  finding: 'findingState',
  task: 'taskState',
  check: 'checkStatus',
  importance: 'importance',
  record: 'recordState',
  account: 'accountState',
  fate: 'fate',
  evidence: 'evidenceState',
} as const satisfies Record<keyof typeof TONES, string>;

/** A stable code of the server as the pill everyone knows it by. */
export function WordPill({ group, code }: { group: keyof typeof GROUPS; code: string }) {
  const word = useWord();
  return <Pill tone={toneOf(group, code)}>{word(GROUPS[group], code)}</Pill>;
}
