/** What the pixels of an image stand for, so that the pointer tells it: the trace says what its colours mean. */

interface ImageTrace {
  readonly type?: string;
  readonly source?: string;
  readonly meta?: { readonly colours?: readonly string[]; readonly meanings?: readonly string[] };
  text?: readonly (readonly string[])[];
  hovertemplate?: string;
}

/** Gives each image of a figure a text for each pixel, where its colours have meanings. */
export async function tellPixels(traces: readonly object[]): Promise<void> {
  await Promise.all(
    (traces as readonly ImageTrace[]).map(async (trace) => {
      const { colours, meanings } = trace.meta ?? {};
      if (trace.type !== "image" || !trace.source || !Array.isArray(colours) || !Array.isArray(meanings)) return;
      const rows = await textsOf(trace.source, new Map(colours.map((colour, i) => [Number.parseInt(colour.slice(1), 16), String(meanings[i])])));
      if (rows === undefined) return;
      trace.text = rows;
      trace.hovertemplate = "x %{x} px, y %{y} px<br>%{text}<extra></extra>";
    }),
  );
}

/** Rows of texts, each made when it is first looked at: a picture has a million pixels, a pointer is at one. */
async function textsOf(source: string, meanings: ReadonlyMap<number, string>): Promise<readonly (readonly string[])[] | undefined> {
  const image = new Image();
  image.src = source;
  try {
    await image.decode();
  } catch {
    return undefined;
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return undefined;
  context.drawImage(image, 0, 0);
  const rows: string[][] = [];
  for (let y = 0; y < height; y++) {
    Object.defineProperty(rows, y, {
      enumerable: true,
      configurable: true,
      get() {
        const { data } = context.getImageData(0, y, width, 1);
        const row = Array.from({ length: width }, (_, x) => meanings.get((data[4 * x]! << 16) | (data[4 * x + 1]! << 8) | data[4 * x + 2]!) ?? "");
        Object.defineProperty(rows, y, { value: row, enumerable: true });
        return row;
      },
    });
  }
  return rows;
}
