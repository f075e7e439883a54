import type { ReactNode } from 'react';
import './pill.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'mute' | 'accent';
/** A word with a dot: never colour alone. */
export function Pill({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={`pill ${tone}`} title={title}>
      {children}
    </span>
  );
}
