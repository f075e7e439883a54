import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Keys } from '@/ui/Keys';
import type { Act } from './useTriage';

const ACTS = [
  ['acknowledge', 'a'],
  ['investigate', 'i'],
  ['take', 'm'],
  ['assign', null],
  ['close', 'c'],
] as const satisfies readonly (readonly [Act, string | null])[];

/** What can be done to all that is selected. */
export function BulkBar({ count, onAct, onClear }: { count: number; onAct: (what: Act) => void; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="bulk-bar" role="toolbar" aria-label={t('alert.selectedN', { n: count })}>
      <b className="num">{t('alert.selectedN', { n: count })}</b>
      {ACTS.map(([act, key]) => (
        <Button key={act} size="small" onClick={() => onAct(act)}>
          {t(`alert.${act}`)}
          {key && <Keys keys={[key]} />}
        </Button>
      ))}
      <Button size="small" type="text" onClick={onClear}>
        {t('common.clear')}
      </Button>
    </div>
  );
}
