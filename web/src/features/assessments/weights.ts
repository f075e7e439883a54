const LINE = /^\s*"?(L[1-4]-[A-Z]{3}[1-4]-\d{2})"?\s*[,;\t，]\s*"?(\d+(?:\.\d+)?)"?\s*$/;

/** Reads an assessor's weights: a unit code and a number a line. Lines that say something else are named, the rest is taken. */
export function parseWeights(text: string): { weights: Record<string, number>; rejected: string[] } {
  const weights: Record<string, number> = {};
  const rejected: string[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const [, id, number] = LINE.exec(line) ?? [];
      const weight = Number(number);
      if (id && weight > 0 && weight <= 3) weights[id] = weight;
      // The first line may be a heading.
      else if (i > 0) rejected.push(`${i + 1}: ${line.trim().slice(0, 40)}`);
    });
  return { weights, rejected };
}
