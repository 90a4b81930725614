/** The speeds that the player offers: microseconds of the recording a microsecond of the viewer. */
export const speeds: readonly number[] = [1 / 1000, 1 / 100, 1 / 50, 1 / 20, 1 / 10, 1 / 5, 1 / 2, 1, 2, 5, 10];

/** The lengths that the player offers for the window of a picture, in microseconds. */
export const windows: readonly number[] = [100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 33e3, 5e4, 1e5, 2e5, 5e5, 1e6];
