import { RightOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { UNSETTLED } from '@/features/shared/domain';
import { Link } from '@/features/shared/Link';
import { type Href, paths } from '@/features/shared/paths';
import { useMay } from '@/features/shared/session';
import { cut } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Pill, type Tone } from '@/ui/Pill';
import { EmptyState } from '@/ui/states';

type Item = Schemas['DashboardFirst'];
const TONE: Record<Item['kind'], Tone> = {
  hazard: 'bad',
  log_alarm: 'bad',
  high_finding: 'bad',
  overdue_task: 'warn',
  unanswered: 'info',
  proposals: 'info',
  expiring: 'warn',
};

/** What needs the reader first, most pressing on top; each line opens the place where it is done. */
export function First({ items, systems }: { items: readonly Item[]; systems: readonly Schemas['DashboardSystem'][] }) {
  const { t } = useTranslation();
  const text = useText();
  const assessments = new Map(systems.map((s) => [s.id, s.assessment_id]));
  return (
    <Card className="area-first flush" title={t('overview.first')}>
      <Alerts />
      {items.length === 0 ? (
        <EmptyState title={t('overview.nothingFirst')} hint={t('overview.nothingFirstHint')} />
      ) : (
        <ol className="plain first">
          {items.map((item) => (
            <li key={`${item.kind}${item.system_id}${item.requirement ?? ''}`}>
              <Link href={hrefOf(item, assessments.get(item.system_id) ?? null)}>
                <Pill tone={TONE[item.kind]}>{t(`overview.kind.${item.kind}`)}</Pill>
                <span className="first-text">
                  <span className="first-title">{item.title ? text(item.title) : t(`overview.do.${item.kind}`, { n: item.count })}</span>
                  <span className="sub small">
                    {item.system_name}
                    {item.requirement ? ` · ${item.requirement}` : ''}
                    {item.points ? ` · ${t('overview.gain', { n: cut(item.points * 100, 1) })}` : ''}
                  </span>
                </span>
                <RightOutlined className="sub" aria-hidden />
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

const PRESSING = { state: 'new,acknowledged,investigating', severity: 'critical,high' };

/** Alerts that cannot wait: one line, above what is planned work. */
function Alerts() {
  const { t } = useTranslation();
  const may = useMay();
  const { data } = useQuery({
    ...api.queryOptions('get', '/api/v1/alerts', { params: { query: { ...PRESSING, limit: 1 } } }),
    enabled: may('alerts.read'),
  });
  if (!data || data.total === 0) return null;
  return (
    <ul className="plain first">
      <li>
        <Link href={paths.alerts({ severity: PRESSING.severity })}>
          <Pill tone="bad">{t('alert.one')}</Pill>
          <span className="first-text">
            <span className="first-title">{t('overview.alerts', { n: data.total })}</span>
            {data.overdue > 0 && <span className="late small">{t('alert.overdueN', { n: data.overdue })}</span>}
          </span>
          <RightOutlined className="sub" aria-hidden />
        </Link>
      </li>
    </ul>
  );
}

function hrefOf(item: Item, assessment: number | null): Href {
  switch (item.kind) {
    case 'high_finding':
      return paths.findings({
        system_id: item.system_id,
        severity: 'high',
        state: UNSETTLED,
        ...(item.requirement ? { q: item.requirement } : {}),
      });
    case 'log_alarm':
      return paths.findings({ system_id: item.system_id, state: UNSETTLED, ...(item.requirement ? { q: item.requirement } : {}) });
    case 'overdue_task':
      return paths.plans();
    case 'hazard':
      return assessment === null ? paths.assessments() : paths.assessment(assessment);
    case 'unanswered':
      return assessment === null ? paths.assessments() : paths.matrix(assessment, { verdict: 'unanswered' });
    case 'proposals':
      return assessment === null ? paths.assessments() : paths.matrix(assessment, { state: 'proposed' });
    case 'expiring':
      return assessment === null ? paths.assessments() : paths.matrix(assessment, { state: 'confirmed,overruled' });
  }
}
