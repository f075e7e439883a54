import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useExpected } from '@/i18n/expected';
import { useWord } from '@/i18n/words';
import { WordPill } from '../WordPill';
import { FATES, type Fate, rowsOf } from './fates';

/** Every row of the sheet with its fate, and for a rejected one what stood there and what was expected. */
export function PreviewTable({ preview }: { preview: Schemas['ImportPreview'] }) {
  const { t } = useTranslation();
  const expected = useExpected();
  const word = useWord();
  const [fate, setFate] = useState<Fate | undefined>(preview.reject > 0 ? 'reject' : undefined);
  const rows = rowsOf(preview, fate);
  return (
    <>
      <div className="fate-bar">
        <button type="button" aria-pressed={fate === undefined} onClick={() => setFate(undefined)}>
          {t('common.all')} <b className="num">{preview.total}</b>
        </button>
        {FATES.map((f) => (
          <button key={f} type="button" aria-pressed={fate === f} onClick={() => setFate(f)}>
            <WordPill group="fate" code={f} /> <b className="num">{preview[f]}</b>
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="preview-box" tabIndex={0} aria-label={t('import.preview')}>
        <table className="tbl">
          <thead>
            <tr>
              <th className="end">{t('import.row')}</th>
              <th>{t('field.code')}</th>
              <th>{t('field.name')}</th>
              <th>{t('import.fate')}</th>
              <th>{t('import.why')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.row}>
                <td className="end num">{row.row}</td>
                <td className="code">{row.key ?? '—'}</td>
                <td>{row.name ?? '—'}</td>
                <td>
                  <WordPill group="fate" code={row.fate} />
                </td>
                <td>
                  <ul className="reasons">
                    {row.problems.map((p) => (
                      <li key={`${p.column}${p.expected}`}>
                        {t('import.problem', { column: p.column, found: p.found || t('import.blank'), expected: expected(p.expected) })}
                      </li>
                    ))}
                    {row.changes.map((c) => (
                      <li key={c.field}>
                        {word('field', c.field)}：{c.from ?? t('import.blank')} → {c.to ?? t('import.blank')}
                      </li>
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {preview.rows_shown < preview.total && (
        <p className="sub small">{t('import.shown', { n: preview.rows_shown, total: preview.total })}</p>
      )}
    </>
  );
}
