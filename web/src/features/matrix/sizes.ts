/** Widths shared by header and rows, in pixels. */
export const SIDE = 356;
export const CELL = 84;
