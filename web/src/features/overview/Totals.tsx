import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { UNSETTLED } from '@/features/shared/domain';
import { Link } from '@/features/shared/Link';
import { type Href, paths } from '@/features/shared/paths';
import { useFormat } from '@/i18n/format';

type Totals = Schemas['DashboardTotals'];

/** The counts of the whole hospital; each leads to the list behind it. */
export function Totals({ totals }: { totals: Totals }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cells: { key: keyof Totals; href: Href; alarm?: boolean }[] = [
    { key: 'hazards_open', href: paths.assessments(), alarm: true },
    { key: 'findings_open', href: paths.findings({ state: UNSETTLED }) },
    { key: 'tasks_open', href: paths.plans() },
    { key: 'tasks_overdue', href: paths.plans(), alarm: true },
    { key: 'proposals_waiting', href: paths.assessments() },
    { key: 'evidence_expiring', href: paths.assessments() },
    { key: 'systems', href: paths.systems() },
    { key: 'assets', href: paths.assets() },
    { key: 'people', href: paths.people() },
  ];
  return (
    <ul className="card totals area-totals">
      {cells.map(({ key, href, alarm }) => (
        <li key={key}>
          <Link href={href}>
            <span className="sub">{t(`overview.total.${key}`)}</span>
            <b className={`num${alarm && totals[key] > 0 ? ' late' : ''}`}>{format.count(totals[key])}</b>
          </Link>
        </li>
      ))}
    </ul>
  );
}
