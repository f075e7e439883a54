import { DownloadOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { files } from '@/features/shared/paths';
import { kindsOf } from './remedies';

/** The remedies of all failed checks as code, and the work order. This program never carries them out. */
export function Remedies({ inspection }: { inspection: Schemas['Inspection'] }) {
  const { t } = useTranslation();
  const failed = inspection.results.filter((r) => r.status === 'fail');
  if (failed.length === 0) return null;
  const kinds = kindsOf(failed);
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'warning', type: 'group', label: <span className="remedy-note">{t('remedy.note')}</span> },
          ...kinds.map(({ kind, checks }) => ({
            key: kind,
            label: (
              <a href={files.remedy(inspection.id, kind)} download>
                {t(`remedy.kind.${kind}`)}{' '}
                <span className="sub num">{kind === 'docx' ? failed.length : `${checks} / ${failed.length}`}</span>
              </a>
            ),
          })),
        ],
      }}
    >
      <Button icon={<DownloadOutlined aria-hidden />}>{t('remedy.button')}</Button>
    </Dropdown>
  );
}
