import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { files } from '../paths';
import { useMay } from '../session';
import type { Kind } from './queries';

const ImportDialog = lazy(async () => ({ default: (await import('./ImportDialog')).ImportDialog }));

/** Import and export of one kind of record. */
export function TransferButtons({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const may = useMay();
  const [open, setOpen] = useState<boolean | null>(null);
  return (
    <>
      {may('records.write') && (
        <Button icon={<UploadOutlined aria-hidden />} onClick={() => setOpen(true)}>
          {t('common.import')}
        </Button>
      )}
      <Button icon={<DownloadOutlined aria-hidden />} href={files.records(kind)} download>
        {t('common.export')}
      </Button>
      {open !== null && (
        <Suspense fallback={null}>
          <ImportDialog kind={kind} open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
