import { useQuery } from '@tanstack/react-query';
import { Segmented, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { useFormat } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { Bones, EmptyState } from '@/ui/states';
import { coverageQuery } from './api';
import { byShown, coveredOf, depthOf } from './rules';
import type { Tactic, Technique } from './types';
import './coverage.css';

type Shown = 'rules' | 'hits_month';
const DEPTHS = [0, 1, 2, 3, 4] as const;

/** Tactics and techniques of ATT&CK: how many rules look for each, and how often they were met. */
export function CoverageTab() {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Shown>('rules');
  const [withGaps, setGaps] = useState(true);
  const { data, error, refetch } = useQuery(coverageQuery());
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={12} />;
  if (data.tactics.length === 0) return <EmptyState title={t('detection.noCoverage')} />;
  const greatest = Math.max(1, ...data.tactics.flatMap((tactic) => tactic.techniques.map((one) => one[shown])));
  const { covered, known } = coveredOf(data);
  return (
    <>
      <div className="filters">
        <Segmented
          aria-label={t('detection.colourBy')}
          value={shown}
          onChange={setShown}
          options={[
            { value: 'rules', label: t('detection.byRules') },
            { value: 'hits_month', label: t('detection.byHits') },
          ]}
        />
        <span className="row small">
          <Switch size="small" aria-labelledby="coverage-gaps" checked={withGaps} onChange={setGaps} />
          <span id="coverage-gaps">{t('detection.gaps')}</span>
        </span>
        <span className="sub small">{t('detection.coveredOf', { covered, known })}</span>
        <span className="grow" />
        <span className="row heat-legend small sub" aria-hidden="true">
          {t('detection.few')}
          {DEPTHS.map((depth) => (
            <i key={depth} className={`heat-${depth}`} />
          ))}
          {t('detection.many')}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="card fill coverage" aria-label={t('detection.tab.coverage')} tabIndex={0}>
        {data.tactics.map((tactic) => (
          <Column key={tactic.id} tactic={tactic} shown={shown} greatest={greatest} withGaps={withGaps} />
        ))}
      </section>
    </>
  );
}

type ColumnProps = { tactic: Tactic; shown: Shown; greatest: number; withGaps: boolean };

function Column({ tactic, shown, greatest, withGaps }: ColumnProps) {
  const { t } = useTranslation();
  const text = useText();
  const techniques = byShown(tactic, shown).filter((one) => withGaps || one.rules > 0);
  const covered = tactic.techniques.filter((one) => one.rules > 0).length;
  return (
    <section className="tactic" aria-label={text(tactic.name)}>
      <h2>
        {text(tactic.name)}
        <span className="sub small num">{t('detection.ofTechniques', { n: covered, total: tactic.techniques.length })}</span>
      </h2>
      <ul className="plain">
        {techniques.map((one) => (
          <li key={one.id}>
            <Cell technique={one} depth={depthOf(one[shown], greatest)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Cell({ technique, depth }: { technique: Technique; depth: number }) {
  const { t } = useTranslation();
  const text = useText();
  const { short } = useFormat();
  const said = t('detection.techniqueOf', {
    id: technique.id,
    name: text(technique.name),
    rules: technique.rules,
    hits: technique.hits_month,
  });
  const content = (
    <>
      <span className="technique-name">{text(technique.name)}</span>
      <span className="technique-figures">
        <span className="mono">{technique.id}</span>
        {technique.rules > 0 && <span className="num">{technique.rules}</span>}
        {technique.hits_month > 0 && <b className="num hit">{short(technique.hits_month)}</b>}
      </span>
    </>
  );
  if (technique.rules === 0)
    return (
      <span className="heat heat-0" title={said}>
        {content}
      </span>
    );
  return (
    <Link href={paths.rules({ attack: technique.id })} className={`heat heat-${depth}`} title={said}>
      {content}
    </Link>
  );
}
