import type { Schemas } from '@/api/client';
import { cut } from '@/i18n/format';

/** What an item is worth: percentage points of the rate, or points of the score. */
export const gainText = (points: number, template: Schemas['Template']) =>
  template === '2025' ? `+${cut(points * 100, 2)}%` : `+${cut(points, 2)}`;
