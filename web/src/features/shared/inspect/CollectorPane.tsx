import { DownloadOutlined, KeyOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useWord } from '@/i18n/words';
import { Bones } from '@/ui/states';
import { Command } from '../Command';
import { CopyButton } from '../CopyButton';
import { files } from '../paths';
import { ErrorState } from '../problems';
import { collectorsFor, makeKey, noteOf, recipeOf } from './collectors';
import type { PaneProps } from './panes';

/** A script to run beside a thing that cannot be reached from here, and how. */
export function CollectorPane({ asset, onClose, onUpload }: PaneProps & { onUpload: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const [chosen, setChosen] = useState<string | undefined>();
  const [key, setKey] = useState('');
  const { data, error, refetch } = useQuery(api.queryOptions('get', '/api/v1/collectors'));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={4} />;
  const all = collectorsFor(data.items, asset.object_type);
  const script = all.find((one) => one.name === chosen) ?? all[0];
  if (!script) return <p className="sub">{t('common.nothingFound')}</p>;
  const recipe = recipeOf(script.name);
  return (
    <div className="stack-v">
      <Select
        aria-label={t('collector.choose')}
        className="choose"
        value={script.name}
        onChange={setChosen}
        options={all.map((one) => ({ value: one.name, label: `${word('family', one.family)}　${one.name}` }))}
      />
      <ol className="steps">
        <li>
          <Button icon={<DownloadOutlined aria-hidden />} href={files.collector(script.name)} download={script.name}>
            {t('collector.download', { name: script.name })}
          </Button>
          <p className="sub small plain-p">{t('collector.readOnly')}</p>
        </li>
        <li>
          <div className="strong">{t('collector.stepRun')}</div>
          <p className="sub small plain-p">{t(`collector.note.${noteOf(script.family)}`)}</p>
          {recipe ? <Command text={recipe.command(key)} /> : <p>{t('collector.generic')}</p>}
          {recipe?.isSigned && (
            <p className="row wrap plain-p">
              {key ? (
                <>
                  <span className="small">{t('collector.key')}</span>
                  <code className="mono">{key}</code>
                  <CopyButton text={key} />
                </>
              ) : (
                <Button size="small" icon={<KeyOutlined aria-hidden />} onClick={() => setKey(makeKey())}>
                  {t('collector.makeKey')}
                </Button>
              )}
              <span className="sub small">{t('collector.keyHint')}</span>
            </p>
          )}
        </li>
        <li>
          <div className="strong">{t('collector.stepUpload', { file: recipe?.writes ?? '' })}</div>
          <p className="sub small plain-p">{t('collector.secret')}</p>
        </li>
      </ol>
      <div className="pane-foot">
        <span className="grow" />
        <Button onClick={onClose}>{t('common.close')}</Button>
        <Button type="primary" onClick={onUpload}>
          {t('collector.toUpload')}
        </Button>
      </div>
    </div>
  );
}
