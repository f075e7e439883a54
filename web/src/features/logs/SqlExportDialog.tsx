import { useTranslation } from 'react-i18next';
import { exportAnswer } from './api';
import { TakeOutDialog } from './TakeOutDialog';
import type { SqlExport } from './types';

type Values = Pick<SqlExport, 'mask' | 'reason'>;

/** Takes an answer out of the program. */
export function SqlExportDialog({ sql, mask, onClose }: { sql: string; mask: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <TakeOutDialog<Values>
      title={t('logSql.download')}
      what={<pre className="mono sql-asked">{sql}</pre>}
      initial={{ mask }}
      take={(values) => exportAnswer({ sql, ...values })}
      onClose={onClose}
    />
  );
}
