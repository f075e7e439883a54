import { useWord } from '@/i18n/words';
import { Pill, type Tone } from '@/ui/Pill';
import type { AlertSeverity } from './types';

const TONES: Record<AlertSeverity, Tone> = { critical: 'bad', high: 'bad', medium: 'warn', low: 'info', informational: 'mute' };

/** How bad it is; the worst stands out among the bad. */
export function SeverityPill({ severity, title }: { severity: AlertSeverity; title?: string }) {
  const word = useWord();
  return (
    <span className={`severity ${severity}`}>
      <Pill tone={TONES[severity]} {...(title ? { title } : {})}>
        {word('alertSeverity', severity)}
      </Pill>
    </span>
  );
}
