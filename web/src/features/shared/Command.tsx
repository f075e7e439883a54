import { CopyButton } from './CopyButton';
import './command.css';

/** Lines to be typed elsewhere, with a button that copies them. */
export function Command({ text, label }: { text: string; label?: string }) {
  return (
    <div className="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="mono" tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} {...(label ? { label } : {})} />
    </div>
  );
}
