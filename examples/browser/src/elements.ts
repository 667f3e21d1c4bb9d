/** The element of an id, which is of the class that is asked for. */
export function byId<Type extends Element>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} #${id}.`);
}

/** Pixels, as pictures of wordbrush have them. */
interface Drawable {
  width: number;
  height: number;
  toImageData(): ImageData;
}

/** Shows a picture in its own size; the style sheet enlarges it. */
export function paint(canvas: HTMLCanvasElement, image: Drawable): void {
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(image.toImageData(), 0, 0);
}

/** Offers bytes as a download. */
export function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A file name from a sentence. */
export function fileName(sentence: string): string {
  return (
    sentence
      .toLowerCase()
      .replace(/[^a-z0-9]+/gu, '-')
      .replace(/^-|-$/gu, '')
      .slice(0, 60) || 'picture'
  );
}
