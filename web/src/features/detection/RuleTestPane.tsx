import { PlayCircleOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/features/shared/problems';
import { useFormat } from '@/i18n/format';
import { Keys } from '@/ui/Keys';
import { Bones } from '@/ui/states';
import { KeptEventCard } from './KeptEventCard';
import type { RuleProblem, RuleTrial } from './types';
import { HOURS, type RuleTest } from './useRuleTest';

const OPEN_AT_FIRST = 1;
/** A rule that fires oftener than once in a thousand events is noise. */
const NOISE = 0.001;

/** What the rule would have found: problems of its text, how much it looked at, examples of what it met. */
export function RuleTestPane({ test, onShow }: { test: RuleTest; onShow: (problem: RuleProblem) => void }) {
  const { t } = useTranslation();
  return (
    <section className="card test-pane" aria-label={t('detection.test')}>
      <header>
        <h2>{t('detection.test')}</h2>
        <Segmented
          size="small"
          aria-label={t('detection.testHours')}
          value={test.hours}
          onChange={test.setHours}
          options={HOURS.map((n) => ({ value: n, label: n < 48 ? t('detection.hoursN', { n }) : t('detection.daysN', { n: n / 24 }) }))}
        />
        <span className="grow" />
        <Button size="small" icon={<PlayCircleOutlined aria-hidden />} loading={test.isFetching} onClick={test.run}>
          {t('detection.run')} <Keys keys={['Ctrl', 'Enter']} />
        </Button>
      </header>
      <div className={`body${test.isStale ? ' stale' : ''}`} aria-live="polite" aria-busy={test.isFetching}>
        {test.error ? (
          <ErrorState error={test.error} onRetry={test.run} />
        ) : test.data ? (
          <Outcome test={test.data} onShow={onShow} />
        ) : (
          <Bones lines={5} />
        )}
      </div>
    </section>
  );
}

function Outcome({ test, onShow }: { test: RuleTrial; onShow: (problem: RuleProblem) => void }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  if (test.problems.length > 0)
    return (
      <>
        <p className="late">{t('detection.problemsN', { n: test.problems.length })}</p>
        <ul className="plain rule-problems">
          {test.problems.map((problem) => (
            <li key={`${problem.line} ${problem.why}`}>
              <button type="button" onClick={() => onShow(problem)} disabled={problem.line < 1}>
                <span className="num sub">{problem.line < 1 ? '—' : t('detection.lineN', { n: problem.line })}</span>
                <span>{problem.why}</span>
              </button>
            </li>
          ))}
        </ul>
      </>
    );
  const isNoisy = test.events > 0 && test.matched / test.events > NOISE;
  return (
    <>
      <p className="test-figure">
        <b className="num">{count(test.matched)}</b> {t('detection.matchedOf', { n: count(test.events) })}
      </p>
      {test.cut && <p className="sub">{t('detection.trialCut')}</p>}
      {isNoisy && <p className="late small">{t('detection.noisy')}</p>}
      {test.matched === 0 && <p className="sub">{t('detection.noneMatched')}</p>}
      <ol className="plain kept-events">
        {test.examples.map((event, i) => (
          <li key={event.sequence}>
            <KeptEventCard event={event} isOpen={i < OPEN_AT_FIRST} />
          </li>
        ))}
      </ol>
    </>
  );
}
