import type { Tone } from '@/ui/Pill';
import type { DetectionStatus } from './types';

/** From how many seconds on the stream is said to be behind. */
const BEHIND_SECONDS = 60;

/** How detection stands, in a word. */
export function healthOf(status: Pick<DetectionStatus, 'running' | 'behind_seconds' | 'problem'>): {
  tone: Tone;
  word: 'stopped' | 'behind' | 'running';
} {
  if (!status.running || status.problem !== null) return { tone: 'bad', word: 'stopped' };
  if (status.behind_seconds >= BEHIND_SECONDS) return { tone: 'warn', word: 'behind' };
  return { tone: 'good', word: 'running' };
}
