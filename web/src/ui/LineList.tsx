import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import './linelist.css';

type Props = {
  label: string;
  count: number;
  keyOf: (index: number) => string;
  render: (index: number) => ReactNode;
  /** Long lines are broken; else they are scrolled to. */
  wrap: boolean;
  onOpen: (index: number) => void;
  /** The line shown in the drawer; walking with the arrows while it is open moves the drawer along. */
  openIndex?: number | undefined;
  onRange?: (first: number, last: number) => void;
};
const LINE = 24;
const PAGE = 20;

/** Lines of text as they are, however many: virtual, each as high as it needs to be, with the keys of the grid. */
export function LineList({ label, count, keyOf, render, wrap, onOpen, openIndex, onRange }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => ref.current,
    estimateSize: () => LINE,
    getItemKey: keyOf,
    overscan: 10,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines are measured anew when they are broken otherwise
  useEffect(() => virtual.measure(), [wrap]);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  const at = Math.min(active, Math.max(0, count - 1));
  const go = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
    if (openIndex !== undefined) onOpen(next);
  };
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || count === 0) return;
    const next = stepOf(event.key, at, count);
    if (next !== undefined) {
      event.preventDefault();
      go(next);
    } else if (event.key === 'Enter') onOpen(at);
  };
  return (
    <div
      ref={ref}
      className={`lines mono${wrap ? ' wrap' : ''}`}
      role="grid"
      aria-label={label}
      aria-rowcount={count}
      aria-activedescendant={count > 0 && at >= first && at <= last ? `${prefix}${at}` : undefined}
      tabIndex={0}
      onKeyDown={press}
    >
      <div role="rowgroup" className="lines-body" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles Enter for the active line
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            id={`${prefix}${item.index}`}
            role="row"
            aria-rowindex={item.index + 1}
            className={`line${item.index === at ? ' active' : ''}${item.index === openIndex ? ' sel' : ''}`}
            style={{ transform: `translateY(${item.start}px)` }}
            tabIndex={-1}
            onClick={() => {
              // Whoever marks text to copy it does not want it opened.
              if (window.getSelection()?.toString()) return;
              setActive(item.index);
              onOpen(item.index);
            }}
          >
            <div role="gridcell" tabIndex={-1}>
              {render(item.index)}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

function stepOf(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return at + 1;
    case 'ArrowUp':
    case 'k':
      return at - 1;
    case 'PageDown':
      return at + PAGE;
    case 'PageUp':
      return at - PAGE;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
