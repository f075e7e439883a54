import { Alert, Button } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { useExpected } from '@/i18n/expected';
import { EmptyState } from '@/ui/states';

/** A refusal in words: the page's translation of its slug, else the server's title. */
export function useBareProblemText() {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiError)) return t('problem.unknown');
      const key = `problem.${error.slug}`;
      return i18n.exists(key) ? t(key as never) : error.message || t('problem.unknown');
    },
    [t, i18n],
  );
}

/** The same, with the fields that are wrong; not with those that say so themselves. */
export function useProblemText() {
  const { t, i18n } = useTranslation();
  const bare = useBareProblemText();
  const expected = useExpected();
  return useCallback(
    (error: unknown, told: readonly string[] = []) => {
      const title = bare(error);
      if (!(error instanceof ApiError)) return title;
      const name = (field: string) => (i18n.exists(`field.${field}`) ? t(`field.${field}` as never) : field);
      const fields = error.fields
        .filter((f) => !told.includes(f.field))
        .map((f) => (f.expected ? t('problem.ofField', { name: name(f.field), expected: expected(f.expected) }) : name(f.field)));
      return fields.length > 0 ? t('problem.withFields', { title, fields: fields.join(t('problem.and')) }) : title;
    },
    [bare, expected, t, i18n],
  );
}

/** What to do about a refusal, where the page knows. */
export function useHelpText() {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiError)) return '';
      const key = `problemHelp.${error.slug}`;
      return i18n.exists(key) ? t(key as never) : '';
    },
    [t, i18n],
  );
}

/** Says what went wrong, with the number to quote to the administrator, and offers to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText();
  const help = useHelpText();
  const known = error instanceof ApiError ? error : null;
  const isGone = known?.status === 404;
  const next =
    help(error) || (isGone ? t('problem.gone') : known?.requestId ? t('problem.quote', { id: known.requestId }) : t('problem.next'));
  return (
    <div role="alert">
      <EmptyState title={text(error)} hint={next} mark="error">
        {onRetry && !isGone && <Button onClick={onRetry}>{t('common.retry')}</Button>}
      </EmptyState>
    </div>
  );
}

export function ProblemAlert({ error, told }: { error: unknown; told?: readonly string[] }) {
  const text = useProblemText();
  const help = useHelpText();
  if (!error) return null;
  const next = help(error);
  return <Alert type="error" showIcon role="alert" title={text(error, told)} {...(next ? { description: next } : {})} />;
}
