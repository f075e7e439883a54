import { useQuery } from '@tanstack/react-query';
import { Modal, Tabs } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Middle } from '@/ui/Middle';
import { Bones } from '@/ui/states';
import { ChooseAsset } from '../ChooseAsset';
import { ErrorState } from '../problems';
import { CollectorPane } from './CollectorPane';
import { DatabasePane } from './DatabasePane';
import { FilesPane } from './FilesPane';
import { HerePane } from './HerePane';
import { SshPane } from './SshPane';
import { TlsPane } from './TlsPane';
import { type Way, waysFor } from './ways';
import './inspect.css';

type Props = {
  assetId: number | undefined;
  /** The asset can be chosen, where the dialog was not opened from one. */
  onAsset?: (id?: number) => void;
  way: string | undefined;
  onWay: (way: Way) => void;
  onClose: () => void;
};

/** Every way to inspect an asset, in one place. */
export function InspectDialog({ assetId, onAsset, way, onWay, onClose }: Props) {
  const { t } = useTranslation();
  const one = useQuery({
    ...api.queryOptions('get', '/api/v1/assets/{id}', { params: { path: { id: assetId ?? 0 } } }),
    enabled: assetId !== undefined,
  });
  const asset = assetId === undefined ? undefined : one.data;
  return (
    <Modal open title={t('inspect.title')} width={760} footer={null} onCancel={onClose} className="inspect" mask={{ closable: false }}>
      {onAsset ? (
        <div className="inspect-asset">
          <ChooseAsset value={assetId} onChange={onAsset} />
        </div>
      ) : (
        asset && (
          <p className="row plain-p inspect-asset">
            <b className="grow">
              <Middle text={asset.name} />
            </b>
            <span className="sub mono">{asset.address}</span>
          </p>
        )
      )}
      {one.error ? (
        <ErrorState error={one.error} onRetry={() => void one.refetch()} />
      ) : asset ? (
        <Ways key={asset.id} asset={asset} way={way} onWay={onWay} onClose={onClose} />
      ) : assetId !== undefined ? (
        <Bones lines={6} />
      ) : (
        <ul className="plain ways-overview">
          {waysFor(undefined).map((one) => (
            <li key={one}>
              <b>{t(`inspect.way.${one}`)}</b>
              <span className="sub">{t(`inspect.about.${one}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}

function Ways({ asset, way, onWay, onClose }: { asset: Schemas['Asset'] } & Pick<Props, 'way' | 'onWay' | 'onClose'>) {
  const { t } = useTranslation();
  const ways = waysFor(asset);
  const current = ways.find((one) => one === way) ?? ways[0];
  const pane = { asset, onClose };
  const panes: Record<Way, ReactNode> = {
    here: <HerePane {...pane} />,
    ssh: <SshPane {...pane} />,
    database: <DatabasePane {...pane} onCollector={() => onWay('collector')} />,
    tls: <TlsPane {...pane} />,
    files: <FilesPane {...pane} />,
    collector: <CollectorPane {...pane} onUpload={() => onWay('files')} />,
  };
  return (
    <Tabs
      tabPlacement="start"
      activeKey={current ?? 'files'}
      onChange={(key) => onWay(key as Way)}
      destroyOnHidden
      items={ways.map((one) => ({
        key: one,
        label: t(`inspect.way.${one}`),
        children: (
          <>
            <p className="sub plain-p about">{t(`inspect.about.${one}`)}</p>
            {panes[one]}
          </>
        ),
      }))}
    />
  );
}
