import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import './states.css';

const MARKS = {
  empty: 'M8 15h28v21H8zM8 15l5-8h18l5 8M8 22h9l2 4h6l2-4h9',
  error: 'M22 7 39 36H5zM22 18v8M22 30.5v.5',
} as const;
type Shown = { title: ReactNode; hint?: ReactNode; children?: ReactNode; mark?: keyof typeof MARKS };

/** Nothing here, and what to do about it. */
export function EmptyState({ title, hint, children, mark = 'empty' }: Shown) {
  return (
    <div className={`state ${mark}`}>
      <svg width="44" height="44" viewBox="0 0 44 44" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
        <path d={MARKS[mark]} strokeLinejoin="round" strokeLinecap="round" />
      </svg>
      <strong>{title}</strong>
      {hint && <p>{hint}</p>}
      {children && <div className="actions">{children}</div>}
    </div>
  );
}

/** Placeholder lines while data is on its way. */
export function Bones({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className="bones" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical lines that never change place
        <i key={i} />
      ))}
    </div>
  );
}
