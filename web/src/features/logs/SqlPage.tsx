import { DownloadOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useExpected } from '@/i18n/expected';
import { useFormat } from '@/i18n/format';
import { PageHead } from '@/ui/PageHead';
import { Bones, EmptyState } from '@/ui/states';
import { sqlQuery } from './api';
import { Mistake } from './Mistake';
import { SqlColumns } from './SqlColumns';
import { SqlField } from './SqlField';
import { SqlResults } from './SqlResults';
import { EXAMPLES, nameOf, sqlViewOf, withWord } from './sql';
import type { SqlRows } from './types';
import './logs.css';
import './query.css';
import './fields.css';
import './sql.css';

const SqlExportDialog = lazy(async () => ({ default: (await import('./SqlExportDialog')).SqlExportDialog }));

/** Questions to the logs in SQL: the address has what is asked, so that an answer can be shared. */
export function SqlPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [search, set] = useSearchState();
  const view = sqlViewOf(search);
  const [text, setText] = useState(view.sql);
  const [shown, setShown] = useState(view.sql);
  const [turn, setTurn] = useState(0);
  const [isExporting, setExporting] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  // Somebody went to another address of this page.
  if (shown !== view.sql) {
    setShown(view.sql);
    setText(view.sql);
  }
  const isAsked = view.sql.trim() !== '';
  const answer = useQuery({ ...sqlQuery(view.sql, view.mask, turn), enabled: isAsked, placeholderData: keepPreviousData });
  const { data, error, isFetching } = answer;
  const wrong = error instanceof ApiError && error.slug === 'log-sql-wrong' ? error : null;
  const ask = (sql: string) => {
    setText(sql);
    setShown(sql);
    setTurn(turn + 1);
    set({ sql: sql || undefined });
  };
  const insert = (name: string) => {
    const { selectionStart = text.length, selectionEnd = text.length } = field.current ?? {};
    const next = withWord(text, selectionStart, selectionEnd, nameOf(name));
    setText(next.sql);
    // The caret moves once the field holds the new text.
    window.requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(next.caret, next.caret);
    });
  };
  return (
    <div className="page logs">
      <PageHead title={t('nav.logSql')} note={isAsked && data && !error ? <Note answer={data} /> : undefined}>
        <Link href={paths.logs()}>{t('nav.logs')}</Link>
        {may('logs.export') && (
          <Button icon={<DownloadOutlined aria-hidden />} disabled={!data || error !== null} onClick={() => setExporting(true)}>
            {t('logSql.download')}
          </Button>
        )}
      </PageHead>
      <SqlField
        value={text}
        fieldRef={field}
        invalid={wrong !== null}
        busy={isAsked && isFetching}
        mask={view.mask}
        onChange={setText}
        onMask={(mask) => set({ mask: mask ? undefined : 'off' })}
        onRun={() => ask(text)}
      />
      {wrong && <Wrong error={wrong} sql={view.sql} />}
      <div className="log-body">
        <SqlColumns onTake={insert} />
        <section className="card log-results" aria-label={t('logSql.results')} aria-busy={isFetching}>
          {!isAsked ? (
            <Examples onUse={ask} />
          ) : error ? (
            wrong ? (
              <EmptyState mark="error" title={t('log.notUnderstood')} hint={t('log.notUnderstoodHint')} />
            ) : (
              <ErrorState error={error} onRetry={() => ask(view.sql)} />
            )
          ) : data ? (
            <SqlResults answer={data} />
          ) : (
            <Bones lines={10} />
          )}
        </section>
      </div>
      <Suspense fallback={null}>
        {isExporting && <SqlExportDialog sql={view.sql} mask={view.mask} onClose={() => setExporting(false)} />}
      </Suspense>
    </div>
  );
}

function Note({ answer }: { answer: SqlRows }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const n = answer.rows.length;
  return (
    <>
      {t(answer.truncated ? 'logSql.firstRows' : 'logSql.rows', { n })}
      {` · ${t('log.took', { n: count(answer.milliseconds) })}`}
    </>
  );
}

/** What is wrong and where; what the engine says itself stays in its words. */
function Wrong({ error, sql }: { error: ApiError; sql: string }) {
  const { t } = useTranslation();
  const expectedIn = useExpected();
  const { expected = '', found = null } = error.fields[0] ?? {};
  const text =
    expected === ''
      ? (found ?? error.message)
      : found
        ? t('logSql.expectedNot', { expected: expectedIn(expected), found })
        : t('logSql.expected', { expected: expectedIn(expected) });
  return <Mistake id="sql-mistake" query={sql} at={error.at} text={text} />;
}

/** Nothing asked yet: questions to begin with. */
function Examples({ onUse }: { onUse: (sql: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="sql-examples">
      <h2>{t('log.examples')}</h2>
      <ul className="plain">
        {EXAMPLES.map(([key, sql]) => (
          <li key={key}>
            <button type="button" className="link-button" onClick={() => onUse(sql)}>
              {t(`logSql.example.${key}`)}
            </button>
            <pre className="mono sub">{sql}</pre>
          </li>
        ))}
      </ul>
    </div>
  );
}
