import { CaretDownOutlined, CaretRightOutlined, CheckOutlined, MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type MouseEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatRate, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { facetsQuery, fieldsQuery } from './api';
import { composed, type Filter } from './filters';
import { useFieldName } from './names';
import type { LogFacet } from './types';
import type { LogSearchState } from './useLogSearch';
import { columnsPatch, withColumn } from './view';
import './fields.css';

/** Open from the start: where from, what, how it ended, who. */
const FACETS = ['source', 'event.outcome', 'event.action', 'user.name', 'source.ip', 'event.dataset', 'host.name'];

/** The fields with their frequent values: a click asks for a value, Alt and a click excludes it. */
export function FieldPanel({ search }: { search: LogSearchState }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set(['source', 'event.outcome', 'event.action']));
  const { asked, mistake } = search;
  const ready = { enabled: mistake === null, placeholderData: <T,>(before: T | undefined) => before };
  const shown = useQuery({ ...facetsQuery(asked, FACETS), ...ready });
  const known = useQuery({ ...fieldsQuery(), staleTime: 300_000 });
  const others = useMemo(() => (known.data ?? []).map((one) => one.name).filter((name) => !FACETS.includes(name)), [known.data]);
  const wanted = (name: string) => name.toLowerCase().includes(typed.toLowerCase());
  const toggle = (name: string) => {
    const next = new Set(opened);
    if (!next.delete(name)) next.add(name);
    setOpened(next);
  };
  const entry = (name: string, isCommon: boolean) => (
    <FieldEntry
      key={name}
      name={name}
      isOpen={opened.has(name)}
      onToggle={() => toggle(name)}
      facet={isCommon ? shown.data?.facets.find((facet) => facet.name === name) : undefined}
      examined={shown.data?.examined ?? 0}
      isCommon={isCommon}
      search={search}
    />
  );
  return (
    <aside className="card field-panel" aria-label={t('log.fields')}>
      <Input
        size="small"
        allowClear
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder={t('log.findField')}
        aria-label={t('log.findField')}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="field-list" tabIndex={0}>
        {FACETS.filter(wanted).map((name) => entry(name, true))}
        {others.some(wanted) && <h2 className="sub small">{t('log.otherFields')}</h2>}
        {others.filter(wanted).map((name) => entry(name, false))}
      </div>
    </aside>
  );
}

type EntryProps = {
  name: string;
  isOpen: boolean;
  isCommon: boolean;
  onToggle: () => void;
  facet: LogFacet | undefined;
  examined: number;
  search: LogSearchState;
};

function FieldEntry({ name, isOpen, isCommon, onToggle, facet, examined, search }: EntryProps) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const { asked, view, mistake, set } = search;
  // The other values of a field that is filtered must stay in sight, so its own filters are left out.
  const others = view.filters.filter((one) => one.field !== name);
  const isOwn = !isCommon || others.length < view.filters.length;
  const own = useQuery({
    ...facetsQuery({ ...asked, query: composed(view.q, others) }, [name]),
    enabled: isOpen && isOwn && mistake === null,
    placeholderData: (before) => before,
  });
  const values = isOwn ? (own.data?.facets[0] ?? facet) : facet;
  const isColumn = view.columns.includes(name);
  const column = t(isColumn ? 'log.removeColumn' : 'log.addColumn');
  return (
    <section className="field-entry">
      <div className="row">
        <button type="button" className="field-name" aria-expanded={isOpen} onClick={onToggle} title={name}>
          {isOpen ? <CaretDownOutlined aria-hidden /> : <CaretRightOutlined aria-hidden />}
          <span className={`ellipsis${nameOf(name) ? '' : ' mono'}`}>{nameOf(name) || name}</span>
        </button>
        <Button
          size="small"
          type="text"
          className="field-column"
          icon={isColumn ? <CheckOutlined aria-hidden /> : <PlusOutlined aria-hidden />}
          aria-pressed={isColumn}
          aria-label={`${column} ${name}`}
          title={column}
          onClick={() => set(columnsPatch(withColumn(view.columns, name)))}
        />
      </div>
      {isOpen && values && <Values facet={values} examined={isOwn ? (own.data?.examined ?? 0) : examined} search={search} />}
    </section>
  );
}

function Values({ facet, examined, search }: { facet: LogFacet; examined: number; search: LogSearchState }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const word = useWord();
  const most = facet.values[0]?.events ?? 0;
  if (facet.values.length === 0) return <p className="sub small field-none">{t('log.noValues')}</p>;
  const set = (value: string, not: boolean) => search.filter({ field: facet.name, value, not });
  const stateOf = (value: string): Filter | undefined => search.view.filters.find((one) => one.field === facet.name && one.value === value);
  return (
    <>
      <ul className="plain field-values">
        {facet.values.map(({ value, events }) => {
          const state = stateOf(value);
          const shown = facet.name === 'event.outcome' ? word('logOutcome', value) : value;
          return (
            <li key={value} className={state ? (state.not ? 'excluded' : 'included') : ''}>
              <button
                type="button"
                className="field-value"
                aria-pressed={state?.not === false}
                title={`${value}\n${t('log.valueHint')}`}
                onClick={(event: MouseEvent) => set(value, event.altKey)}
              >
                <i style={{ width: `${most > 0 ? (events / most) * 100 : 0}%` }} />
                <span className="ellipsis">{shown}</span>
                <span className="num sub">{count(events)}</span>
              </button>
              <button
                type="button"
                className="field-exclude"
                aria-pressed={state?.not === true}
                aria-label={t('log.exclude', { value })}
                title={t('log.exclude', { value })}
                onClick={() => set(value, true)}
              >
                <MinusCircleOutlined aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
      {facet.filled < examined && <p className="sub field-none num">{t('log.filled', { rate: formatRate(facet.filled / examined, 0) })}</p>}
    </>
  );
}
