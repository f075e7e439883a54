import { ScanOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchState } from '../search';

const InspectDialog = lazy(async () => ({ default: (await import('./InspectDialog')).InspectDialog }));

/** The button that opens every way to inspect; which way is open stands in the address. */
export function InspectNow({ assetId, onAsset }: { assetId: number | undefined; onAsset?: (id?: number) => void }) {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  return (
    <>
      <Button type="primary" icon={<ScanOutlined aria-hidden />} onClick={() => set({ inspect: 'choose' })}>
        {t('inspect.title')}
      </Button>
      {search.inspect && (
        <Suspense fallback={null}>
          <InspectDialog
            assetId={assetId}
            {...(onAsset ? { onAsset } : {})}
            way={search.inspect}
            onWay={(way) => set({ inspect: way })}
            onClose={() => set({ inspect: undefined })}
          />
        </Suspense>
      )}
    </>
  );
}
