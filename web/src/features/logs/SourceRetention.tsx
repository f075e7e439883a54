import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useMay } from '@/features/shared/session';
import { Pill } from '@/ui/Pill';
import { storageQuery } from './api';
import { RetentionDialog, type RetentionOf } from './RetentionDialog';
import { ofSource, useRetentions } from './retention';

/** For how long the logs of one source are kept, and where that is changed. */
export function SourceRetention({ source }: { source: string }) {
  const { t } = useTranslation();
  const may = useMay()('logs.manage');
  const [setting, setSetting] = useState<RetentionOf | null>(null);
  const { data: storage } = useQuery(storageQuery());
  const { data: rules } = useRetentions();
  if (!storage || !rules) return null;
  const { inForce, proposed } = ofSource(rules, source);
  const days = inForce?.days ?? storage.keep_days;
  return (
    <div className="row wrap source-retention">
      <span className="sub">{t('logStorage.retention')}</span>
      <b className="num">{t('logStorage.daysN', { n: days })}</b>
      {!inForce && <span className="sub small">{t('retention.asAll')}</span>}
      {proposed && <Pill tone="warn">{t('retention.waits', { n: proposed.days })}</Pill>}
      <span className="grow" />
      <Link href={paths.logStorage()}>{t('nav.logStorage')}</Link>
      {may && (
        <Button size="small" onClick={() => setSetting({ source, days })}>
          {t('retention.change')}
        </Button>
      )}
      <RetentionDialog of={setting} least={storage.least_days} onClose={() => setSetting(null)} />
    </div>
  );
}
