import { useQuery } from '@tanstack/react-query';
import { Alert, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { Choose, ChooseWord } from '@/features/shared/choices';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { formatSize } from '@/i18n/format';
import { type Chosen, chosenOf, FAMILIES, gatheredBody } from './document';

type Upload = { id: number; chosen: Exclude<Chosen, { kind: 'bad' }>; family: Schemas['Family'] | undefined; key: string };

/** Takes in what was gathered elsewhere: a result of the command line, a collector's bundle, or plain files. */
export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const [asset, setAsset] = useState<number | undefined>();
  const [family, setFamily] = useState<Schemas['Family'] | undefined>();
  const [key, setKey] = useState('');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const assets = useQuery(api.queryOptions('get', '/api/v1/assets', { params: { query: { limit: 1000 } } }));
  const upload = useChange(
    ({ id, chosen, family, key }: Upload) =>
      chosen.kind === 'document'
        ? bodyOf(client.POST('/api/v1/assets/{id}/inspections', { params: { path: { id } }, body: chosen.document }))
        : bodyOf(
            client.POST('/api/v1/assets/{id}/inspections/files', {
              params: { path: { id } },
              ...gatheredBody(chosen.files, family, key),
            }),
          ),
    {
      touches: ['inspections', 'assets', 'dashboard', 'assessments', 'findings'],
      done: t('inspection.uploaded'),
      onDone: (inspection) => {
        onClose();
        go(paths.inspection(inspection.id));
      },
    },
  );
  const usable = chosen && chosen.kind !== 'bad' ? chosen : null;
  return (
    <Modal
      open
      title={t('inspection.upload')}
      okText={t('inspection.take')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !usable || asset === undefined, loading: upload.isPending }}
      onCancel={onClose}
      onOk={() => usable && asset !== undefined && upload.mutate({ id: asset, chosen: usable, family, key: key.trim() })}
    >
      <div className="stack-v">
        <p className="sub">{t('inspection.filesHint')}</p>
        <Choose
          label={t('inspection.ofAsset')}
          loading={assets.isPending}
          {...(asset === undefined ? {} : { value: asset })}
          onChange={setAsset}
          options={(assets.data?.items ?? []).map((a) => ({ value: a.id, label: `${a.name}　${a.code}` }))}
        />
        <FileDrop label={t('inspection.chooseFiles')} accept="" onFiles={(files) => void chosenOf(files).then(setChosen)} />
        {chosen?.kind === 'bad' && <Alert type="error" showIcon title={t(`inspection.${chosen.why}`)} />}
        {chosen?.kind === 'document' && (
          <Alert type="success" showIcon title={t('inspection.read', { subject: chosen.subject, n: chosen.results })} />
        )}
        {chosen?.kind === 'files' && (
          <>
            <Alert
              type="success"
              showIcon
              title={t('inspection.chosen', {
                n: chosen.files.length,
                size: formatSize(chosen.files.reduce((sum, file) => sum + file.size, 0)),
              })}
            />
            <ChooseWord
              group="family"
              codes={FAMILIES}
              label={`${t('inspection.family')}：${t('inspection.familyAuto')}`}
              {...(family === undefined ? {} : { value: family })}
              onChange={setFamily}
            />
            {chosen.isBundle && (
              <>
                <Input.Password
                  aria-label={t('inspection.key')}
                  placeholder={t('inspection.key')}
                  value={key}
                  onChange={(event) => setKey(event.target.value)}
                  autoComplete="off"
                />
                <p className="sub small">{t('inspection.keyHint')}</p>
              </>
            )}
          </>
        )}
        <ProblemAlert error={upload.error} />
      </div>
    </Modal>
  );
}
