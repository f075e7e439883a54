import type { ReactNode } from 'react';

/** Title, what is counted, and the page's actions on the right. */
export function PageHead({
  title,
  note,
  before,
  children,
}: {
  title: ReactNode;
  note?: ReactNode;
  before?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="page-head">
      {before}
      <h1>{title}</h1>
      {note !== undefined && (
        <span className="sub num" aria-live="polite">
          {note}
        </span>
      )}
      <span className="grow" />
      {children}
    </div>
  );
}
