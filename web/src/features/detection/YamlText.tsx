import { memo } from 'react';
import type { RuleProblem } from './types';
import { piecesOfLine } from './yaml';
import './yaml.css';

type Props = {
  text: string;
  problems?: readonly RuleProblem[];
  /** It only colours a field that lies over it. */
  isBehind?: boolean;
};

/** The lines of a YAML text with their numbers; lines that are wrong stand out. */
export function YamlText({ text, problems = [], isBehind = false }: Props) {
  const lines = text.replace(/\n$/, '').split('\n');
  const wrong = new Map(problems.map(({ line, why }) => [line, why]));
  return (
    <pre className="yaml mono" {...(isBehind ? {} : { tabIndex: 0 })}>
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are known by their number
        <Line key={i} line={line} why={wrong.get(i + 1)} />
      ))}
    </pre>
  );
}

const Line = memo(function Line({ line, why }: { line: string; why: string | undefined }) {
  let at = 0;
  return (
    <span className={why === undefined ? 'yaml-line' : 'yaml-line wrong'} title={why}>
      {piecesOfLine(line).map(({ text, kind }) => {
        const key = at;
        at += text.length;
        return kind === 'plain' ? (
          text
        ) : (
          <span key={key} className={`yaml-${kind}`}>
            {text}
          </span>
        );
      })}
      {'\n'}
    </span>
  );
});
