import './middle.css';

/** A name cut in its middle: long asset names differ at their ends. */
export function Middle({ text, tail = 6 }: { text: string; tail?: number }) {
  const cutAt = Math.max(0, text.length - tail);
  return (
    <span className="middle" title={text}>
      <span>{text.slice(0, cutAt)}</span>
      <span>{text.slice(cutAt)}</span>
    </span>
  );
}
