import { Alert, Button } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { EmptyState } from '@/ui/states';

/** A refusal in words: the page's translation of its slug, else the server's title. */
export function useProblemText() {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiError)) return t('problem.unknown');
      const key = `problem.${error.slug}`;
      const title = i18n.exists(key) ? t(key as never) : error.message || t('problem.unknown');
      const fields = error.fields.map((f) => `${f.field}${f.expected ? `：${f.expected}` : ''}`).join('；');
      return fields ? `${title}（${fields}）` : title;
    },
    [t, i18n],
  );
}

/** Says what went wrong, with the number to quote to the administrator, and offers to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText();
  const id = error instanceof ApiError ? error.requestId : null;
  return (
    <div role="alert">
      <EmptyState title={text(error)} hint={id ? t('problem.quote', { id }) : t('problem.next')}>
        {onRetry && <Button onClick={onRetry}>{t('common.retry')}</Button>}
      </EmptyState>
    </div>
  );
}

export function ProblemAlert({ error }: { error: unknown }) {
  const text = useProblemText();
  if (!error) return null;
  return <Alert type="error" showIcon role="alert" title={text(error)} />;
}
