import { memo } from 'react';
import { piecesOf } from './pieces';

/** A text with the terms that matter marked in it. */
export const Marked = memo(function Marked({ text, terms }: { text: string; terms: readonly string[] }) {
  if (terms.length === 0) return text;
  let at = 0;
  return piecesOf(text, terms).map((piece) => {
    const key = at;
    at += piece.text.length;
    return piece.hit ? <mark key={key}>{piece.text}</mark> : piece.text;
  });
});
