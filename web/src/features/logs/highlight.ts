import { tokensOf, valueIn } from './query';

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
