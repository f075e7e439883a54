import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { Pill } from '@/ui/Pill';
import { statusQuery } from './api';
import { healthOf } from './health';

const REFRESH_MS = 15_000;

/** Whether detection runs and keeps up: silence means nothing when it does not. */
export function HealthMark() {
  const { t } = useTranslation();
  const { data } = useQuery({ ...statusQuery(), refetchInterval: REFRESH_MS });
  if (!data) return null;
  const { tone, word } = healthOf(data);
  return (
    <Link href={paths.rules()} title={data.problem ?? t('detection.toRules')}>
      <Pill tone={tone}>{t(`detection.health.${word}`, { n: data.behind_seconds })}</Pill>
    </Link>
  );
}
