import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { formatRate } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Meter } from '@/ui/Meter';

const toneOf = (rate: number) => (rate >= 0.9 ? 'good' : rate >= 0.6 ? 'warn' : 'bad');

/** How much of each security class is compliant, over all systems. */
export function Coverage({
  coverage,
  systems,
}: {
  coverage: readonly Schemas['DomainRate'][];
  systems: readonly Schemas['DashboardSystem'][];
}) {
  const { t } = useTranslation();
  const word = useWord();
  // With one assessed system the class opens in its matrix, else in the findings of all.
  const assessed = systems.filter((s) => s.assessment_id !== null);
  const only = assessed.length === 1 ? assessed[0]?.assessment_id : null;
  return (
    <Card className="area-coverage" title={t('overview.coverage')}>
      <ul className="plain coverage">
        {coverage.map(({ domain, rate, compliant, applicable }) => (
          <li key={domain}>
            <Link
              href={only ? paths.matrix(only, { domain }) : paths.findings({ domain })}
              title={t('overview.coverageOf', { compliant, applicable })}
            >
              <span className="ellipsis">{word('domain', domain)}</span>
              <Meter
                value={rate ?? 0}
                tone={rate === null ? 'mute' : toneOf(rate)}
                label={`${word('domain', domain)} ${formatRate(rate)}`}
                showMarks={false}
              />
              <b className="num">{formatRate(rate)}</b>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
