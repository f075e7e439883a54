import { QuestionCircleOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { useBareProblemText } from '@/features/shared/problems';
import { useWord } from '@/i18n/words';
import { Chips } from '@/ui/Chips';
import { type Filter, filtersText } from './filters';
import { Mistake } from './Mistake';
import { useFieldTitle } from './names';
import { QueryField } from './QueryField';
import { TimePicker } from './TimePicker';
import type { LogSearchState } from './useLogSearch';

/** What is asked: the query, the time, and the filters as chips. */
export function QueryBar({ search, error, busy }: { search: LogSearchState; error: unknown; busy: boolean }) {
  const { t } = useTranslation();
  const word = useWord();
  const { view, asked, mistake, ask, refresh, filter } = search;
  const wrong = error instanceof ApiError && error.slug === 'log-query-wrong' ? error : null;
  const titleOf = useFieldTitle();
  const chip = (one: Filter) => ({
    key: filtersText([one]),
    label: `${one.not ? `${t('log.not')} ` : ''}${titleOf(one.field)}`,
    value: one.value ?? t('log.hasField'),
    onRemove: () => filter(one),
  });
  return (
    <>
      <div className="query-bar">
        <QueryField
          value={view.q}
          asked={asked}
          invalid={mistake !== null || wrong !== null}
          onSearch={(q) => (q === view.q ? refresh() : ask({ q: q || undefined }))}
        />
        <Popover trigger="click" placement="bottomRight" content={<SyntaxHelp onUse={(q) => ask({ q, where: undefined })} />}>
          <Button icon={<QuestionCircleOutlined aria-hidden />} aria-label={t('log.syntax')} title={t('log.syntax')} />
        </Popover>
        <TimePicker search={search} />
        <Button
          icon={<ReloadOutlined aria-hidden />}
          loading={busy}
          aria-label={t('log.refresh')}
          title={t('log.refresh')}
          onClick={refresh}
        />
      </div>
      {mistake && <Mistake id="query-mistake" query={view.q} at={mistake.at} text={word('logExpected', mistake.expected)} />}
      {!mistake && wrong && <ServerMistake error={wrong} query={asked.query} />}
      <Chips chips={view.filters.map(chip)} onReset={() => ask({ where: undefined })} />
    </>
  );
}

function ServerMistake({ error, query }: { error: ApiError; query: string }) {
  const text = useBareProblemText();
  const word = useWord();
  const expected = error.fields[0]?.expected;
  return <Mistake id="query-mistake" query={query} at={error.at} text={expected ? word('logExpected', expected) : text(error)} />;
}

const EXAMPLES = [
  ['failedLogins', 'event.category:authentication event.outcome:failure'],
  ['doctor', 'user.name:ys0217'],
  ['firewall', 'event.action:denied destination.port:1521'],
  ['dispensing', 'event.category:database db.query.text:*drug* db.query.text:*doctor*'],
  ['outside', 'event.outcome:success source.ip:* -source.ip:10.0.0.0/8'],
  ['changes', '(event.category:iam OR event.category:configuration)'],
] as const;
const RULES = [
  ['words', 'failed password'],
  ['phrase', '"no such user"'],
  ['field', 'user.name:admin*'],
  ['network', 'source.ip:10.20.0.0/16'],
  ['range', 'destination.port:[1 TO 1024]'],
  ['operators', '(sudo OR su) -user.name:root'],
] as const;

/** The language in a dozen lines; an example is tried with a click. */
function SyntaxHelp({ onUse }: { onUse: (query: string) => void }) {
  const { t } = useTranslation();
  return (
    <section className="syntax-help" aria-label={t('log.syntax')}>
      <div>
        <h2>{t('log.syntax')}</h2>
        <dl>
          {RULES.map(([key, query]) => (
            <div key={key}>
              <dt className="mono">{query}</dt>
              <dd>{t(`log.rule.${key}`)}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div>
        <h2>{t('log.examples')}</h2>
        <ul className="plain">
          {EXAMPLES.map(([key, query]) => (
            <li key={key}>
              <button type="button" className="link-button" onClick={() => onUse(query)}>
                {t(`log.example.${key}`)}
              </button>
              <span className="mono sub">{query}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
