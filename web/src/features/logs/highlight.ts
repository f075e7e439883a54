import { tokensOf, valueIn } from './query';

export type Piece = { text: string; hit: boolean };

/** The words of a query that a found text is likely to hold: not what is excluded, nor networks, ranges and comparisons. */
export function termsOf(query: string): string[] {
  const tokens = tokensOf(query);
  const terms = new Set<string>();
  tokens.forEach((token, i) => {
    const before = tokens[token.kind === 'value' ? i - 2 : i - 1];
    if (!['word', 'phrase', 'value'].includes(token.kind) || before?.kind === 'minus' || before?.kind === 'not') return;
    if (token.kind === 'value' && (/^[[{<>]/.test(token.text) || /^[\d.:a-f]+\/\d+$/i.test(token.text))) return;
    const parts = token.text.startsWith('"') ? [valueIn(token.text)] : token.text.split('*');
    for (const part of parts) if (part.length > 1 || /\P{ASCII}/u.test(part)) terms.add(part.toLowerCase());
  });
  return [...terms].sort((a, b) => b.length - a.length);
}

/** Parts a text where the terms occur. */
export function piecesOf(text: string, terms: readonly string[]): Piece[] {
  if (terms.length === 0 || text === '') return [{ text, hit: false }];
  const pattern = new RegExp(terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'gi');
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), hit: false });
    pieces.push({ text: found[0], hit: true });
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), hit: false });
  return pieces;
}
