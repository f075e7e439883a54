import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { gradeText, positionOf } from '@/features/shared/domain';
import { Link, useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { figureOf, ResultMeter, useHazardText, useNextText } from '@/features/shared/ResultFigure';
import { WordPill } from '@/features/shared/WordPill';
import { Card } from '@/ui/Card';
import { Sparkline } from '@/ui/Sparkline';
import { EmptyState } from '@/ui/states';

type System = Schemas['DashboardSystem'];
/** The furthest from its goal first; what nobody has assessed yet last. */
const rank = (system: System) => (system.result ? positionOf(system.result) : Number.POSITIVE_INFINITY);

/** Where every graded system stands: conclusion, figure against the thresholds, hazards, findings. */
export function SystemResults({ systems }: { systems: readonly System[] }) {
  const { t } = useTranslation();
  const go = useGo();
  const ordered = useMemo(() => systems.toSorted((a, b) => rank(a) - rank(b) || a.id - b.id), [systems]);
  return (
    <Card
      className="area-systems flush"
      title={t('overview.systems')}
      extra={<Link href={paths.assessments()}>{t('overview.allAssessments')}</Link>}
    >
      {systems.length === 0 ? (
        <EmptyState title={t('overview.noSystems')} hint={t('overview.noSystemsHint')}>
          <Button type="primary" onClick={() => go(paths.systems())}>
            {t('overview.addSystem')}
          </Button>
        </EmptyState>
      ) : (
        <ul className="plain results">
          {ordered.map((system) => (
            <li key={system.id}>
              <SystemResult system={system} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function SystemResult({ system }: { system: System }) {
  const { t } = useTranslation();
  const next = useNextText();
  const { result, assessment_id: assessment } = system;
  return (
    <>
      <div className="result-name">
        <Link href={assessment === null ? paths.systems({ id: system.id }) : paths.assessment(assessment)} className="strong">
          {system.name}
        </Link>
        <span className="sub small">
          {t('system.level', { n: system.level })} · {gradeText(system.grade)}
        </span>
      </div>
      {result && assessment !== null ? (
        <>
          <div className="result-figure">
            <b className="num">{figureOf(result)}</b>
            <WordPill group="conclusion" code={result.conclusion} />
          </div>
          <div className="result-meter">
            <ResultMeter result={result} />
            <Link href={paths.assessment(assessment)} className="small">
              {next(result)}
            </Link>
          </div>
          <Hazards assessment={assessment} result={result} />
          <Findings system={system} />
          <Sparkline values={system.trend.map((p) => p.rate)} />
        </>
      ) : (
        <span className="sub result-none">
          {t('overview.notAssessed')} <Link href={paths.assessments({ system_id: system.id })}>{t('overview.startAssessment')}</Link>
        </span>
      )}
    </>
  );
}

function Hazards({ assessment, result }: { assessment: number; result: Schemas['ResultSummary'] }) {
  const { t } = useTranslation();
  const text = useHazardText();
  const open = result.hazards_found - result.hazards_resolved;
  return (
    <Link href={paths.assessment(assessment)} className="result-count">
      <span className="sub small">{t('overview.hazards')}</span>
      <span className={`num${open > 0 ? ' late' : ''}`}>{text(result.hazards_found, result.hazards_resolved)}</span>
    </Link>
  );
}

function Findings({ system }: { system: System }) {
  const { t } = useTranslation();
  return (
    <div className="result-count">
      <span className="sub small">{t('overview.findings')}</span>
      <span className="num">
        {(['high', 'medium', 'low'] as const).map((severity) => (
          <Link
            key={severity}
            href={paths.findings({ system_id: system.id, severity })}
            className={`count ${severity}`}
            label={t('overview.findingsOf', { severity: t(`word.severity.${severity}`), n: system.findings[severity] })}
          >
            {t(`overview.short.${severity}`)} {system.findings[severity]}
          </Link>
        ))}
      </span>
    </div>
  );
}
