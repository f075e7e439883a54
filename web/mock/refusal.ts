/** A refusal with a problem's slug, thrown by handlers. */
export class Refusal extends Error {
  readonly slug: string;
  readonly status: number;
  constructor(slug: string, status: number) {
    super(slug);
    this.slug = slug;
    this.status = status;
  }
}
export const missing = () => new Refusal('not-found', 404);
export const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw missing();
  return value;
};
