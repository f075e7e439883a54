/** What was typed with the place marked that is not understood. */
export function Mistake({ id, query, at, text }: { id: string; query: string; at: number | null; text: string }) {
  // Characters, not the halves that some are stored in.
  const letters = [...query];
  return (
    <div id={id} className="query-mistake" role="alert">
      {at !== null && (
        <code className="mono">
          {letters.slice(0, at).join('')}
          <mark>{letters[at] === undefined || letters[at] === '\n' ? '\u2423' : letters[at]}</mark>
          {letters.slice(letters[at] === '\n' ? at : at + 1).join('')}
        </code>
      )}
      <span>{text}</span>
    </div>
  );
}
