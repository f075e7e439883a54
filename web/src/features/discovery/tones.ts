import type { Tone } from '@/ui/Pill';
import type { Mark, Standing } from './hosts';

export const STANDING_TONES: Record<Standing, Tone> = { unknown: 'bad', shared: 'warn', asset: 'good', expected: 'mute' };
export const MARK_TONES: Record<Mark, Tone> = { weak: 'bad', unexpected: 'warn', accepted: 'good', open: 'mute' };
/** Signs beside the number: never colour alone. */
export const MARK_SIGNS: Record<Mark, string> = { weak: '!', unexpected: '?', accepted: '', open: '' };
