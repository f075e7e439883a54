import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { formatTime } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import type { Chip } from '@/ui/Chips';
import type { SetQueue } from './AlertsPage';
import { rulesQuery } from './api';
import { entityValue, type Queue } from './queue';

/** The filters that no switch shows, as chips that can be taken away. */
export function useQueueChips(queue: Queue, set: SetQueue): Chip[] {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const asset = Number(queue.asset_id ?? 0);
  const rules = useQuery({ ...rulesQuery(), enabled: queue.rule !== undefined });
  const assets = useQuery({
    ...api.queryOptions('get', '/api/v1/assets/{id}', { params: { path: { id: asset } } }),
    enabled: queue.asset_id !== undefined,
  });
  const chips: Chip[] = [];
  const add = (key: keyof Queue, label: string, value: string, also: Record<string, undefined> = {}) =>
    chips.push({ key, label, value, onRemove: () => set({ [key]: undefined, ...also }) });
  if (queue.entity) add('entity', word('entityKind', queue.entity.split(':')[0] ?? ''), entityValue(queue.entity));
  if (queue.rule) add('rule', t('detection.rule'), text(rules.data?.items.find((one) => one.id === queue.rule)?.title) || queue.rule);
  if (queue.asset_id) add('asset_id', t('field.asset'), assets.data?.name ?? '…');
  if (queue.story) add('story', t('alert.story'), `#${queue.story}`);
  if (queue.verdict) add('verdict', t('field.verdict'), word('alertVerdict', queue.verdict));
  if (queue.from && queue.to) add('from', t('alert.lastAt'), `${formatTime(queue.from)} – ${formatTime(queue.to)}`, { to: undefined });
  return chips;
}
