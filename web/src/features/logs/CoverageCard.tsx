import { Collapse } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { CollectedRows } from '@/features/shared/logs/CollectedRows';
import { COLLECTED_TONES } from '@/features/shared/logs/strip';
import { paths } from '@/features/shared/paths';
import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';

type Coverage = Schemas['LogCoverage'];
const BAD = ['silent', 'missing'] as const;

/** Who of the assets in scope sends logs, who does not, and where there are gaps: what 8.1.5.4 d asks for. */
export function CoverageCard() {
  const { t } = useTranslation();
  const word = useWord();
  const { data } = api.useQuery('get', '/api/v1/logs/coverage');
  if (!data || data.assets.length === 0) return null;
  const counted = BAD.map((one) => ({ one, n: data.assets.filter((asset) => asset.collected === one).length }));
  return (
    <Collapse
      className="page-note log-coverage"
      items={[
        {
          key: 'coverage',
          label: (
            <span className="row wrap">
              <b>{t('logCoverage.title')}</b>
              <span className="num">{t('logCoverage.sends', { n: data.sending, total: data.assets.length })}</span>
              {counted
                .filter(({ n }) => n > 0)
                .map(({ one, n }) => (
                  <Pill key={one} tone={COLLECTED_TONES[one]}>
                    {word('logCollected', one)} <span className="num">{n}</span>
                  </Pill>
                ))}
              {data.unassigned.length > 0 && <Pill tone="mute">{t('logCoverage.unassigned', { n: data.unassigned.length })}</Pill>}
            </span>
          ),
          children: <Assets coverage={data} />,
        },
      ]}
    />
  );
}

function Assets({ coverage }: { coverage: Coverage }) {
  const { t } = useTranslation();
  const word = useWord();
  const { platform } = coverage;
  return (
    <>
      <p className="sub small plain-p">
        {t('logCoverage.hint')}{' '}
        {platform && <Link href={paths.assets({ id: platform.asset_id })}>{t('logCoverage.evidenceOf', { name: platform.name })}</Link>}
      </p>
      <ul className="plain coverage-list">
        {coverage.assets.map((asset) => (
          <li key={asset.asset_id}>
            <div className="row wrap">
              <Link href={paths.assets({ id: asset.asset_id })}>{asset.name}</Link>
              <span className="sub small">{word('objectType', asset.object_type)}</span>
              <span className="grow" />
              <Pill tone={COLLECTED_TONES[asset.collected]}>{word('logCollected', asset.collected)}</Pill>
            </div>
            <CollectedRows sources={asset.sources} />
          </li>
        ))}
      </ul>
    </>
  );
}
