import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import type { SetQueue } from './AlertsPage';
import { OPEN_STATES, type Queue, SEVERITIES, STATES, toggledWord } from './queue';
import { SeverityPill } from './SeverityPill';
import type { AlertPage } from './types';

/** States and severities with how many alerts each holds. */
export function Facets({ queue, page, set }: { queue: Queue; page: AlertPage | undefined; set: SetQueue }) {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  const n = (states: readonly (typeof STATES)[number][]) => states.reduce((sum, state) => sum + (page?.by_state[state] ?? 0), 0);
  const labelled = (text: string, number: number) => (
    <>
      {text} {page && <span className="num sub">{count(number)}</span>}
    </>
  );
  return (
    <div className="filters facets">
      <Segmented
        aria-label={t('field.state')}
        value={queue.state}
        onChange={(state) => set({ state: state === 'open' ? undefined : String(state) })}
        options={[
          { value: 'open', label: labelled(t('alert.open'), n(OPEN_STATES)) },
          ...STATES.map((state) => ({ value: state, label: labelled(word('alertState', state), n([state])) })),
          { value: 'all', label: labelled(t('common.all'), n(STATES)) },
        ]}
      />
      <fieldset className="severities">
        <legend className="visually-hidden">{t('alert.severity')}</legend>
        {SEVERITIES.map((severity) => {
          const number = page?.by_severity[severity] ?? 0;
          const isOn = queue.severity.includes(severity);
          if (number === 0 && !isOn) return null;
          return (
            <button
              key={severity}
              type="button"
              className="toggle"
              aria-pressed={isOn}
              onClick={() => set({ severity: toggledWord(queue.severity, severity).join(',') || undefined })}
            >
              <SeverityPill severity={severity} /> <span className="num">{count(number)}</span>
            </button>
          );
        })}
      </fieldset>
    </div>
  );
}

/** Whose and how late. */
export function Toggles({ queue, page, set }: { queue: Queue; page: AlertPage | undefined; set: SetQueue }) {
  const { t } = useTranslation();
  return (
    <>
      <Toggle
        label={t('alert.overdue')}
        count={page?.overdue}
        isOn={queue.overdue}
        onClick={() => set({ overdue: queue.overdue ? undefined : 'true' })}
      />
      <Toggle
        label={t('alert.mine')}
        isOn={queue.assigned_to === 'me'}
        onClick={() => set({ assigned_to: queue.assigned_to === 'me' ? undefined : 'me' })}
      />
      <Toggle
        label={t('common.unassigned')}
        isOn={queue.assigned_to === 'none'}
        onClick={() => set({ assigned_to: queue.assigned_to === 'none' ? undefined : 'none' })}
      />
    </>
  );
}

function Toggle({ label, count, isOn, onClick }: { label: string; count?: number | undefined; isOn: boolean; onClick: () => void }) {
  return (
    <button type="button" className="toggle plain-toggle" aria-pressed={isOn} onClick={onClick}>
      {label} {count !== undefined && count > 0 && <span className="num late">{count}</span>}
    </button>
  );
}
