import { useCallback } from 'react';
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

/** The same for the cells of a long grid, which cannot afford a translation hook each. */
export function useWordPill() {
  const word = useWord();
  return useCallback(
    (group: keyof typeof GROUPS, code: string) => <Pill tone={toneOf(group, code)}>{word(GROUPS[group], code)}</Pill>,
    [word],
  );
}

/** A stable code of the server as the pill everyone knows it by. */
export function WordPill({ group, code }: { group: keyof typeof GROUPS; code: string }) {
  const word = useWord();
  return <Pill tone={toneOf(group, code)}>{word(GROUPS[group], code)}</Pill>;
}
