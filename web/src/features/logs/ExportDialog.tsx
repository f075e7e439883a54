import { Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Asked, exportEvents } from './api';
import { TakeOutDialog } from './TakeOutDialog';
import type { LogExport } from './types';
import { wallTime } from './view';

type Values = Pick<LogExport, 'format' | 'mask' | 'reason'>;

/** Takes what was found out of the program. */
export function ExportDialog({ asked, total, onClose }: { asked: Asked; total: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <TakeOutDialog<Values>
      title={t('log.export')}
      what={<What asked={asked} total={total} />}
      fields={
        <Form.Item name="format" label={t('log.format')}>
          <Radio.Group
            options={[
              { value: 'csv', label: t('log.csv') },
              { value: 'ndjson', label: t('log.ndjson') },
            ]}
          />
        </Form.Item>
      }
      initial={{ format: 'csv', mask: true }}
      take={(values) => exportEvents({ ...asked, ...values })}
      onClose={onClose}
    />
  );
}

function What({ asked, total }: { asked: Asked; total: number | undefined }) {
  const { t } = useTranslation();
  return (
    <dl className="facts export-facts">
      <div>
        <dt>{t('log.query')}</dt>
        <dd className="mono">{asked.query || t('log.everything')}</dd>
      </div>
      <div>
        <dt>{t('log.time')}</dt>
        <dd className="num">
          {wallTime(asked.from)} – {wallTime(asked.to)}
        </dd>
      </div>
      {total !== undefined && (
        <div>
          <dt>{t('log.amount')}</dt>
          <dd className="num">{t('common.total', { n: total })}</dd>
        </div>
      )}
    </dl>
  );
}
