import { useQuery } from '@tanstack/react-query';
import { Alert, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client } from '@/api/client';
import { Choose } from '@/features/shared/choices';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { type Parsed, parseDocument } from './document';

/** Takes in a document made by `xinglin inspect host --json` on another machine. */
export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const [asset, setAsset] = useState<number | undefined>();
  const [parsed, setParsed] = useState<Parsed | null>(null);
  const assets = useQuery(api.queryOptions('get', '/api/v1/assets', { params: { query: { object_type: 'server_os', limit: 1000 } } }));
  const upload = useChange(
    ({ id, body }: { id: number; body: Record<string, unknown> }) =>
      bodyOf(client.POST('/api/v1/assets/{id}/inspections', { params: { path: { id } }, body })),
    {
      touches: ['inspections', 'assets', 'dashboard', 'assessments', 'findings'],
      done: t('inspection.uploaded'),
      onDone: (inspection) => {
        onClose();
        go(paths.inspection(inspection.id));
      },
    },
  );
  const document = parsed?.ok ? parsed.document : null;
  return (
    <Modal
      open
      title={t('inspection.upload')}
      okText={t('inspection.take')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !document || asset === undefined, loading: upload.isPending }}
      onCancel={onClose}
      onOk={() => document && asset !== undefined && upload.mutate({ id: asset, body: document })}
    >
      <div className="stack-v">
        <p className="sub">{t('inspection.uploadHint')}</p>
        <pre className="mono">xinglin inspect host --json &gt; host.json</pre>
        <Choose
          label={t('inspection.ofAsset')}
          loading={assets.isPending}
          {...(asset === undefined ? {} : { value: asset })}
          onChange={setAsset}
          options={(assets.data?.items ?? []).map((a) => ({ value: a.id, label: `${a.name}　${a.code}` }))}
        />
        <FileDrop
          label={t('inspection.chooseFile')}
          accept=".json,application/json"
          onFile={(file) => void file.text().then((text) => setParsed(parseDocument(text)))}
        />
        {parsed && !parsed.ok && <Alert type="error" showIcon title={t(`inspection.${parsed.why}`)} />}
        {parsed?.ok && <Alert type="success" showIcon title={t('inspection.read', { subject: parsed.subject, n: parsed.results })} />}
        <ProblemAlert error={upload.error} />
      </div>
    </Modal>
  );
}
