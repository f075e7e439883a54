import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Command } from '../Command';
import { useBareProblemText, useHelpText } from '../problems';
import { HostKeys } from './HostKeys';
import { type Changed, consoleCommand, type Shown } from './hostKeys';

/** A key nobody has compared yet: what it is, and how to compare it. */
export function KeyToCompare({ shown, error }: { shown: Shown; error: unknown }) {
  const { t } = useTranslation();
  const text = useBareProblemText();
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={`${text(error)}${shown.hop === 'jump' ? `（${t('inspect.jumpHost')}）` : ''}`}
      description={
        <div className="stack-v tight">
          <div>
            <div className="sub small">{t('hostKey.shown')}</div>
            <div className="mono prewrap fingerprint">{shown.key}</div>
          </div>
          <p className="plain-p">{t('hostKey.compare')}</p>
          <Command text={consoleCommand(shown.key)} />
        </div>
      }
    />
  );
}

/** A key that is not the one compared before: there is no way past, but to the kept keys. */
export function KeyChanged({
  changed,
  error,
  assetId,
  onForgotten,
}: {
  changed: Changed;
  error: unknown;
  assetId: number;
  onForgotten: () => void;
}) {
  const { t } = useTranslation();
  const text = useBareProblemText();
  const help = useHelpText();
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={text(error)}
      description={
        <div className="stack-v tight">
          <p className="plain-p">{help(error)}</p>
          <dl className="two-keys">
            <dt className="sub small">{t('hostKey.changedBefore')}</dt>
            <dd className="mono prewrap">{changed.known}</dd>
            <dt className="sub small">{t('hostKey.changedNow')}</dt>
            <dd className="mono prewrap">{changed.found}</dd>
          </dl>
          <section aria-label={t('hostKey.kept')}>
            <div className="strong small">{t('hostKey.kept')}</div>
            <HostKeys assetId={assetId} onForgotten={onForgotten} />
          </section>
        </div>
      }
    />
  );
}
