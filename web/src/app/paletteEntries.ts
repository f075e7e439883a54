import type { Href } from '@/features/shared/paths';

export type PaletteEntry = {
  kind: 'page' | 'system' | 'matrix' | 'requirement' | 'asset';
  title: string;
  note: string;
  href: Href;
  words: string;
};

/** Every typed word occurs somewhere in the entry, letter case aside. */
export function matches(entry: Pick<PaletteEntry, 'title' | 'note' | 'words'>, query: string): boolean {
  const hay = `${entry.title} ${entry.note} ${entry.words}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}
