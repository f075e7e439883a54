import { Alert, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { formatSize } from '@/i18n/format';
import { ChooseWord } from '../choices';
import { FileDrop } from '../imports/FileDrop';
import { type Chosen, chosenOf, FAMILIES, gatheredBody } from './document';
import { PaneFoot, type PaneProps } from './panes';
import { TargetProblem } from './TargetProblem';
import { useInspect } from './useInspect';

type Upload = { chosen: Exclude<Chosen, { kind: 'bad' }>; family: Schemas['Family'] | undefined; key: string };

/** What was gathered elsewhere: a result of the command line, a collector's bundle, or plain files. */
export function FilesPane({ asset, onClose }: PaneProps) {
  const { t } = useTranslation();
  const [family, setFamily] = useState<Schemas['Family'] | undefined>();
  const [key, setKey] = useState('');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const path = { path: { id: asset.id } };
  const inspect = useInspect<Upload>(
    ({ chosen, family, key }, signal) =>
      chosen.kind === 'document'
        ? bodyOf(client.POST('/api/v1/assets/{id}/inspections', { params: path, body: chosen.document, signal }))
        : bodyOf(
            client.POST('/api/v1/assets/{id}/inspections/files', { params: path, ...gatheredBody(chosen.files, family, key), signal }),
          ),
    onClose,
  );
  const usable = chosen && chosen.kind !== 'bad' ? chosen : null;
  const take = (files: File[]) => {
    inspect.reset();
    void chosenOf(files).then(setChosen);
  };
  return (
    <Form layout="vertical" onFinish={() => usable && inspect.mutate({ chosen: usable, family, key: key.trim() })}>
      <div className="stack-v">
        <FileDrop label={t('inspection.chooseFiles')} accept="" onFiles={take} />
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
              description={<span className="mono">{namesOf(chosen.files)}</span>}
            />
            <ChooseWord
              group="family"
              codes={FAMILIES}
              label={`${t('inspection.family')}：${t('inspection.familyAuto')}`}
              {...(family === undefined ? {} : { value: family })}
              onChange={setFamily}
            />
            {chosen.isBundle && (
              <div>
                <Input.Password
                  aria-label={t('inspection.key')}
                  placeholder={t('inspection.key')}
                  value={key}
                  onChange={(event) => setKey(event.target.value)}
                  autoComplete="off"
                />
                <p className="sub small plain-p">{t('inspection.keyHint')}</p>
              </div>
            )}
          </>
        )}
        <TargetProblem error={inspect.error} />
      </div>
      <PaneFoot busy={inspect.isPending} onStop={inspect.stop} onClose={onClose} submit={t('inspection.take')} disabled={!usable} />
    </Form>
  );
}

const SHOWN = 6;
/** The names of the files, the first of many. */
const namesOf = (files: readonly File[]) =>
  files
    .slice(0, SHOWN)
    .map((file) => file.webkitRelativePath || file.name)
    .join('  ') + (files.length > SHOWN ? ' …' : '');
