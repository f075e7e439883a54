/** A piece of a query; `from` and `to` are places in its text. */
export type Token = {
  kind: 'word' | 'phrase' | 'field' | 'value' | 'and' | 'or' | 'not' | 'minus' | 'open' | 'close';
  text: string;
  from: number;
  to: number;
  /** A quoted text or a range lacks its end. */
  open?: true;
};

// A name with two colons behind it begins an address.
const FIELD = /[\p{L}_@][\p{L}\p{N}._@-]*:(?!:)/uy;
const WORD = /(?:\\["*]|[^\s()"])+/y;
const PHRASE = /"(?:[^"\\]|\\.)*"?/y;
const RANGE = /[[{][^\]}]*[\]}]?/y;
const KEYWORDS = new Map<string, Token['kind']>([
  ['AND', 'and'],
  ['OR', 'or'],
  ['NOT', 'not'],
  ['&&', 'and'],
  ['||', 'or'],
]);

const isClosed = (phrase: string) => /^"(?:[^"\\]|\\.)*"$/.test(phrase);

/** Cuts a query into its pieces; never fails, for it is also read while it is typed. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const add = (kind: Token['kind'], piece: string, open = false) => {
    tokens.push({ kind, text: piece, from: at, to: at + piece.length, ...(open ? { open: true as const } : {}) });
    at += piece.length;
  };
  const value = () => {
    const phrase = take(PHRASE);
    if (phrase !== undefined) return add('value', phrase, !isClosed(phrase));
    const range = take(RANGE);
    if (range !== undefined) return add('value', range, !/[\]}]$/.test(range));
    const word = take(WORD);
    if (word !== undefined) add('value', word);
  };
  while (at < text.length) {
    const letter = text.charAt(at);
    if (/\s/.test(letter)) at += 1;
    else if (letter === '(') add('open', letter);
    else if (letter === ')') add('close', letter);
    else if ((letter === '-' || letter === '!') && at + 1 < text.length && !/\s/.test(text.charAt(at + 1))) add('minus', letter);
    else if (letter === '"') {
      const phrase = take(PHRASE) ?? letter;
      add('phrase', phrase, !isClosed(phrase));
    } else {
      const field = take(FIELD);
      if (field !== undefined) {
        add('field', field);
        value();
      } else {
        const word = take(WORD) ?? letter;
        add(KEYWORDS.get(word) ?? 'word', word);
      }
    }
  }
  return tokens;
}

/** Where, in characters, and what was expected there; in the words that the server has for it. */
export type Mistake = { at: number; expected: 'quotation' | 'range' | 'parenthesis' | 'end' | 'value' };

/** What can be seen to be wrong before the server is asked; the server's word counts for all else. */
export function mistakeIn(text: string): Mistake | null {
  const open: number[] = [];
  const tokens = tokensOf(text);
  const at = (place: number, expected: Mistake['expected']): Mistake => ({ at: [...text.slice(0, place)].length, expected });
  for (const [i, token] of tokens.entries()) {
    if (token.open) return at(token.from, token.text.startsWith('"') ? 'quotation' : 'range');
    if (token.kind === 'field' && tokens[i + 1]?.kind !== 'value') return at(token.to, 'value');
    if (token.kind === 'open') open.push(token.from);
    else if (token.kind === 'close' && open.pop() === undefined) return at(token.from, 'end');
  }
  const last = open.pop();
  return last === undefined ? null : at(last, 'parenthesis');
}

const BARE = /^[\p{L}\p{N}_@.][\p{L}\p{N}_@.-]*$/u;
const quote = (value: string) => `"${value.replace(/[\\"]/g, '\\$&')}"`;

/** A value as it stands in a query: quoted where it must be. */
export const valueText = (value: string) => (BARE.test(value) && !KEYWORDS.has(value) ? value : quote(value));
/** The value that a piece of a query names. */
export const valueIn = (piece: string) =>
  piece.startsWith('"') ? piece.slice(1, isClosed(piece) ? -1 : undefined).replace(/\\(["*\\])/g, '$1') : piece;
