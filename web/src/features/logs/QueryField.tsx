import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Input, type InputRef } from 'antd';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n/words';
import { type Asked, facetsQuery, fieldsQuery } from './api';
import { type Completion, completionsAt, placeOf, taken } from './complete';
import { useFieldName } from './names';

type Props = { value: string; asked: Asked; invalid: boolean; onSearch: (text: string) => void };

/** The query, completed as it is typed: fields, their frequent values, operators. */
export function QueryField({ value, asked, invalid, onSearch }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const field = useRef<InputRef>(null);
  useEffect(() => setText(value), [value]);
  const found = useCompletions(text, cursor, isOpen, asked);
  const items = isOpen ? found.items : [];
  const type = (next: string, at: number) => {
    setText(next);
    setCursor(at);
    setActive(-1);
    setOpen(true);
  };
  const take = (item: Completion) => {
    const next = taken(text, found, item);
    type(next.text, next.cursor);
    // The caret moves once the field holds the new text.
    window.requestAnimationFrame(() => field.current?.setSelectionRange(next.cursor, next.cursor));
  };
  const search = () => {
    setOpen(false);
    onSearch(text.trim());
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    // Enter that ends a Chinese word is no search.
    if (event.nativeEvent.isComposing) return;
    const chosen = items[event.key === 'Tab' ? Math.max(0, active) : active];
    if (event.key === 'Enter' || (event.key === 'Tab' && chosen && !event.shiftKey)) {
      event.preventDefault();
      if (chosen) take(chosen);
      else search();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      setActive(next(active, items.length, event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Escape') {
      if (isOpen) event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div className="query-field">
      <Input
        ref={field}
        className="mono"
        prefix={<SearchOutlined aria-hidden />}
        data-search=""
        role="combobox"
        aria-label={t('log.query')}
        aria-expanded={items.length > 0}
        aria-controls="query-completions"
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 && items.length > 0 ? `query-completion-${active}` : undefined}
        aria-invalid={invalid}
        {...(invalid ? { status: 'error' as const, 'aria-describedby': 'query-mistake' } : {})}
        placeholder={t('log.queryPlaceholder')}
        autoComplete="off"
        spellCheck={false}
        allowClear
        value={text}
        onChange={(event) => type(event.target.value, event.target.selectionStart ?? event.target.value.length)}
        onKeyDown={press}
        onFocus={() => setOpen(true)}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        onBlur={() => setOpen(false)}
      />
      <Completions items={items} active={active} onTake={take} />
    </div>
  );
}

const next = (at: number, count: number, by: number) => (count === 0 ? -1 : at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count);

function useCompletions(text: string, cursor: number, isOpen: boolean, asked: Asked) {
  const place = useMemo(() => placeOf(text, cursor), [text, cursor]);
  const known = useQuery({ ...fieldsQuery(), staleTime: 300_000 });
  const name = place.kind === 'value' ? place.field : '';
  // What stands in the field at this time, whatever else is asked.
  const values = useQuery({ ...facetsQuery({ ...asked, query: '' }, [name]), enabled: isOpen && name !== '' });
  return useMemo(() => {
    const frequent = values.data?.facets.find((facet) => facet.name === name)?.values.map((one) => one.value) ?? [];
    return completionsAt(place, known.data ?? [], frequent);
  }, [place, known.data, values.data, name]);
}

function Completions({ items, active, onTake }: { items: readonly Completion[]; active: number; onTake: (item: Completion) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const fieldName = useFieldName();
  const noteOf = (item: Completion) => {
    if (item.kind === 'field') return fieldName(item.insert.slice(0, -1)) || word('logFieldKind', item.note ?? '');
    if (item.kind === 'operator') return word('logOperator', item.insert.trim());
    return item.note ? word('logPattern', item.note) : '';
  };
  return (
    <div id="query-completions" role="listbox" aria-label={t('log.completions')} className="completions" hidden={items.length === 0}>
      {items.map((item, i) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
        <div
          key={item.insert}
          id={`query-completion-${i}`}
          role="option"
          aria-selected={i === active}
          className="completion"
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(item);
          }}
        >
          <span className={`mono completion-${item.kind}`}>{item.insert.trim()}</span>
          <span className="grow" />
          <span className="sub small">{noteOf(item)}</span>
        </div>
      ))}
    </div>
  );
}
