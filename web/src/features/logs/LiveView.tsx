import { ClearOutlined, PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useKeys } from '@/features/shared/useKeys';
import { Pill, type Tone } from '@/ui/Pill';
import { EmptyState } from '@/ui/states';
import { EventDrawer } from './EventDrawer';
import { ResultBar } from './ResultBar';
import { Results } from './Results';
import { TAIL_ROWS } from './tail';
import type { LogSearchState } from './useLogSearch';
import { type TailState, useTail } from './useTail';

const TONES: Record<TailState, Tone> = { connecting: 'warn', open: 'good', broken: 'bad' };

/** Events as they come. */
export function LiveView({ search, onOpen }: { search: LogSearchState; onOpen: (sequence: string | undefined) => void }) {
  const { t } = useTranslation();
  const { view, asked, set } = search;
  const { tail, step, state, retry } = useTail(asked.query);
  const halt = () => step({ kind: tail.paused ? 'resume' : 'pause' });
  useKeys({ p: halt });
  // Lines that move away under the pointer cannot be read: whoever opens one halts the rest.
  const open = (sequence: string | undefined) => {
    if (sequence !== undefined && !tail.paused) step({ kind: 'pause' });
    onOpen(sequence);
  };
  return (
    <section className="card fill live-view" aria-label={t('log.live')}>
      <ResultBar view={view} set={set}>
        <Pill tone={tail.paused ? 'mute' : TONES[state]}>{tail.paused ? t('log.paused') : t(`log.tail.${state}`)}</Pill>
        <span className="sub small num" aria-live="polite">
          {tail.paused && tail.held.length > 0 ? t('log.held', { n: tail.held.length + tail.overflow }) : t('log.came', { n: tail.seen })}
        </span>
        <Button size="small" icon={tail.paused ? <PlayCircleOutlined aria-hidden /> : <PauseOutlined aria-hidden />} onClick={halt}>
          {t(tail.paused ? 'log.resume' : 'log.pause')}
        </Button>
        <Button size="small" type="text" icon={<ClearOutlined aria-hidden />} onClick={() => step({ kind: 'clear' })}>
          {t('log.clear')}
        </Button>
      </ResultBar>
      {tail.skipped + tail.overflow > 0 && (
        <Alert
          banner
          type="warning"
          showIcon
          title={
            <>
              <b>{t('log.lag', { n: tail.skipped + tail.overflow })}</b> <span className="small">{t('log.lagHint', { n: TAIL_ROWS })}</span>
            </>
          }
        />
      )}
      {state === 'broken' && (
        <Alert
          banner
          type="error"
          showIcon
          role="alert"
          title={t('log.tailBroken')}
          action={<Button onClick={retry}>{t('common.retry')}</Button>}
        />
      )}
      <div className="results">
        <Results events={tail.rows} view={view} onOpen={open} empty={<EmptyState title={t('log.waiting')} hint={t('log.waitingHint')} />} />
      </div>
      <EventDrawer events={tail.rows} search={search} onOpen={open} />
    </section>
  );
}
