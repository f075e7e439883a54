import './middle.css';

/** A name cut in its middle: long asset names differ at their ends. */
export function Middle({ text, tail = 6 }: { text: string; tail?: number }) {
  const cutAt = Math.max(0, text.length - tail);
  return (
    <span className="middle" title={text}>
      <span className="middle-head">{text.slice(0, cutAt)}</span>
      <span className="middle-tail">{text.slice(cutAt)}</span>
    </span>
  );
}
