export type PasswordRule = 'length' | 'classes' | 'username' | 'run';
export const MIN_LENGTH = 10;
const MAX_LENGTH = 128;

/** The server's password policy, each rule with whether a password keeps it: shown while typing, decided by the server. */
export function passwordRules(password: string, username: string): Record<PasswordRule, boolean> {
  const characters = [...password];
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((c) => c.test(password)).length;
  const name = username.trim().toLowerCase();
  return {
    length: characters.length >= MIN_LENGTH && characters.length <= MAX_LENGTH,
    classes: classes >= 3,
    username: password !== '' && (name === '' || !password.toLowerCase().includes(name)),
    run: password !== '' && !hasRun([...password.toLowerCase()]),
  };
}

export const keepsAll = (password: string, username: string) => Object.values(passwordRules(password, username)).every(Boolean);

/** Four equal or consecutive characters in a row: `aaaa`, `1234`, `dcba`. */
function hasRun(characters: readonly string[]): boolean {
  const codes = characters.map((c) => c.codePointAt(0) ?? 0);
  return codes.some((code, i) => {
    const [b, c, d] = [codes[i + 1], codes[i + 2], codes[i + 3]];
    if (b === undefined || c === undefined || d === undefined) return false;
    const step = b - code;
    return Math.abs(step) <= 1 && c - b === step && d - c === step;
  });
}
