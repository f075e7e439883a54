import { Alert } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { useBareProblemText, useHelpText, useProblemText } from '../problems';

/** Why a target could not be inspected: in words, what to do, and what exactly was seen. */
export function TargetProblem({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const text = useProblemText();
  const bare = useBareProblemText();
  const help = useHelpText();
  const place = useRef<HTMLDivElement>(null);
  // A long form on a low screen: the answer comes to where the reader is.
  useEffect(() => {
    if (error) place.current?.scrollIntoView({ block: 'nearest' });
  }, [error]);
  if (!error) return null;
  const isTarget = error instanceof ApiError && (error.slug.startsWith('target-') || error.slug === 'sudo-failed');
  const details = isTarget ? error.fields : [];
  return (
    <div ref={place}>
      <Alert
        type="error"
        showIcon
        role="alert"
        title={isTarget ? bare(error) : text(error)}
        description={
          <>
            {help(error)}
            {details.length > 0 && (
              <dl className="technical mono" aria-label={t('inspect.technical')}>
                {details.map((f) => (
                  <div key={`${f.field} ${f.found}`}>
                    <dt>{f.found || f.field}</dt>
                    <dd>{f.expected}</dd>
                  </div>
                ))}
              </dl>
            )}
          </>
        }
      />
    </div>
  );
}
