import { type KeyboardEvent, type Ref, useLayoutEffect, useRef } from 'react';
import type { RuleProblem } from './types';
import { YamlText } from './YamlText';
import { indentAfter } from './yaml';

type Props = {
  value: string;
  label: string;
  problems: readonly RuleProblem[];
  fieldRef: Ref<HTMLTextAreaElement>;
  onChange: (text: string) => void;
  onRun: () => void;
};

/** A field for YAML: an ordinary text area, invisible over the same text in colours. Tab leaves it, as everywhere. */
export function YamlField({ value, label, problems, fieldRef, onChange, onRun }: Props) {
  const caret = useRef<{ field: HTMLTextAreaElement; at: number } | null>(null);
  // A controlled field loses its caret when what is typed is not what is set.
  useLayoutEffect(() => {
    if (!caret.current) return;
    const { field, at } = caret.current;
    field.setSelectionRange(at, at);
    caret.current = null;
  });
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      onRun();
      return;
    }
    const field = event.currentTarget;
    const { selectionStart: from, selectionEnd: to } = field;
    const indent = indentAfter(value.slice(value.lastIndexOf('\n', from - 1) + 1, from));
    if (indent === '' || event.shiftKey || event.altKey) return;
    event.preventDefault();
    caret.current = { field, at: from + 1 + indent.length };
    onChange(`${value.slice(0, from)}\n${indent}${value.slice(to)}`);
  };
  return (
    <div className="yaml-field">
      <div aria-hidden="true" className="yaml-behind">
        <YamlText isBehind text={`${value}\n`} problems={problems} />
      </div>
      <textarea
        ref={fieldRef}
        className="mono"
        aria-label={label}
        aria-invalid={problems.length > 0}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={press}
      />
    </div>
  );
}
