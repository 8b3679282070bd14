const COLOURS = 8;

/** The token of the colour in which a robot is drawn; its name stands beside it. */
export const colourOf = (row: number): string => `--lap-${(row % COLOURS) + 1}`;
