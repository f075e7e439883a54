import { type ReactNode, useId } from 'react';

export function Card({
  title,
  extra,
  children,
  className = '',
}: {
  title?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  if (title === undefined)
    return (
      <div className={`card ${className}`}>
        <div className="body">{children}</div>
      </div>
    );
  return (
    <section className={`card ${className}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <span className="grow" />
        {extra}
      </header>
      <div className="body">{children}</div>
    </section>
  );
}
