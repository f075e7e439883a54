import './meter.css';

type Mark = { at: number; label: string };
/** A bar from 0 to 1 with ticks at the thresholds. */
export function Meter({
  value,
  marks = [],
  tone,
  label,
  tall = false,
  showMarks = true,
}: {
  value: number;
  marks?: readonly Mark[];
  tone: 'good' | 'warn' | 'bad' | 'info' | 'mute';
  label: string;
  tall?: boolean;
  showMarks?: boolean;
}) {
  const percent = Math.max(0, Math.min(1, value)) * 100;
  return (
    <div className={`meter${tall ? ' tall' : ''}${showMarks && marks.length > 0 ? ' marked' : ''}`} role="img" aria-label={label}>
      <div className="meter-track">
        <i className={`meter-fill ${tone}`} style={{ width: `${percent}%` }} />
      </div>
      {marks.map((mark) => (
        <span key={mark.at} className="meter-mark num" style={{ left: `${mark.at * 100}%` }}>
          {showMarks && mark.label}
        </span>
      ))}
    </div>
  );
}
