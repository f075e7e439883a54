import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Card } from '@/ui/Card';
import { Bones } from '@/ui/states';
import { importFile } from './api';
import { filtersText } from './filters';
import { bytesText } from './show';
import type { LogImport } from './types';

/** Takes in a file of logs: how many were kept, and each line that was not. */
export function ImportCard() {
  const { t } = useTranslation();
  const [source, setSource] = useState('');
  const take = useChange(importFile, { touches: ['logs'], quiet: true });
  const name = source.trim();
  return (
    <Card title={t('logReceive.import')}>
      <p className="sub small plain-p">{t('logReceive.importHint')}</p>
      <Form layout="vertical">
        <Form.Item label={t('log.source')} htmlFor="import-source">
          <Input
            id="import-source"
            className="mono"
            maxLength={80}
            autoComplete="off"
            value={source}
            onChange={(event) => setSource(event.target.value)}
            placeholder="his-db01"
          />
        </Form.Item>
      </Form>
      {take.isPending ? (
        <Bones lines={3} />
      ) : name === '' ? (
        <p className="sub">{t('logReceive.sourceFirst')}</p>
      ) : (
        <FileDrop
          label={t('logReceive.file')}
          hint={t('logReceive.fileHint')}
          accept=".log,.txt,.json,.ndjson,.csv,.xml,.evtx,.gz"
          onFile={(file) => take.mutate({ file, source: name })}
        />
      )}
      <div aria-live="polite">
        <ProblemAlert error={take.error} />
        {take.data && <Outcome outcome={take.data} source={take.variables?.source ?? name} />}
      </div>
    </Card>
  );
}

const SHOWN = 100;

/** The code of a reason; of a record of Windows it is said in words, with its place in the file. */
const rejectCode = (reason: string) => (/damaged$/.test(reason) ? 'damaged' : /too large$/.test(reason) ? 'too_long' : reason);

function Outcome({ outcome, source }: { outcome: LogImport; source: string }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const word = useWord();
  return (
    <div className="import-outcome">
      <p className="row wrap">
        <b>{t('logReceive.kept', { n: outcome.kept })}</b>
        <span className={outcome.rejected > 0 ? 'late' : 'sub'}>{t('logReceive.rejected', { n: outcome.rejected })}</span>
        <span className="sub num">{t('logReceive.read', { n: count(outcome.received), size: bytesText(outcome.bytes_in) })}</span>
        <Link href={paths.logs({ where: filtersText([{ field: 'source', value: source, not: false }]), span: '30d' })}>
          {t('logReceive.look')}
        </Link>
      </p>
      {outcome.rejects.length > 0 && (
        <div className="preview-box">
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col" className="end">
                  {t('logReceive.line')}
                </th>
                <th scope="col">{t('logReceive.why')}</th>
              </tr>
            </thead>
            <tbody>
              {outcome.rejects.slice(0, SHOWN).map((one) => (
                <tr key={one.line}>
                  <td className="end num">{one.line}</td>
                  <td>{word('logReject', rejectCode(one.reason))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
