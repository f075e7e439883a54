import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileDrop } from '@/features/shared/imports/FileDrop';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { uploadCountries } from './api';

/** Takes in the ranges of countries, and says which lines are none. */
export function CountriesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const take = useChange(uploadCountries, { touches: ['detection'], quiet: true });
  const done = take.data;
  return (
    <Modal
      open
      title={t('detection.countriesUpload')}
      okText={t('common.import')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: take.isPending, disabled: file === null }}
      onCancel={onClose}
      onOk={() => file && take.mutate({ file, name: file.name.replace(/\.\w+$/, '') })}
      {...(done ? { footer: <Button onClick={onClose}>{t('common.close')}</Button> } : {})}
    >
      {done ? (
        <div aria-live="polite">
          <p className="row">
            <b>{t('detection.keptRanges', { n: done.kept })}</b>
            <span className={done.rejected > 0 ? 'late' : 'sub'}>{t('detection.rejectedRanges', { n: done.rejected })}</span>
          </p>
          <ul className="plain">
            {done.problems.map((one) => (
              <li key={one.line} className="small">
                <span className="num">{one.line}</span> <span className="mono">{one.found}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <>
          <FileDrop
            label={file?.name ?? t('detection.countriesFile')}
            hint={t('detection.countriesFileHint')}
            accept=".csv,.txt"
            onFile={setFile}
          />
          <p className="sub small">{t('detection.countriesChanged')}</p>
          <ProblemAlert error={take.error} />
        </>
      )}
    </Modal>
  );
}
