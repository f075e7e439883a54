/** The shape of a series, without axes; the number stands beside it. */
export function Sparkline({ values, width = 84, height = 24 }: { values: readonly (number | null)[]; width?: number; height?: number }) {
  const known = values.filter((v) => v !== null);
  if (known.length < 2) return null;
  const low = Math.min(...known);
  const spread = Math.max(...known) - low || 1;
  const points = values.flatMap((v, i) =>
    v === null
      ? []
      : [`${((i / (values.length - 1)) * (width - 4) + 2).toFixed(1)},${(height - 3 - ((v - low) / spread) * (height - 6)).toFixed(1)}`],
  );
  return (
    <svg width={width} height={height} aria-hidden="true" className="sparkline">
      <polyline points={points.join(' ')} fill="none" stroke="var(--primary)" strokeWidth="1.8" strokeLinejoin="round" />
    </svg>
  );
}
