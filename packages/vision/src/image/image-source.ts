/** Channel order of a raw frame, 8 bits a channel. */
export type PixelFormat = 'rgb' | 'bgr' | 'rgba' | 'bgra' | 'gray';

/** How stored pixels must be turned to be upright: the EXIF values, 1 (upright) to 8. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Uncompressed 8-bit pixels, as a camera or decoder gives them; upright but for `orientation`. */
export interface RawFrame {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  /** Bytes from one row to the next; width x channels when absent. */
  readonly stride?: number;
  /** Only where a picture was decoded without auto-orientation: the turn that its pixels still need to be upright. */
  readonly orientation?: Orientation;
}

export interface DecodeOptions {
  /** False: pixels stay as they are stored, and the frame says how they lie. Default true. */
  readonly autoOrient?: boolean;
}

/** An image in a form that crosses a thread or process boundary. */
export type ImageSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array }
  | { readonly kind: 'raw'; readonly frame: RawFrame };

/** Bounds that are checked before an image is decoded. */
export interface ImageLimits {
  /** Default 50 000 000. */
  readonly maxPixels: number;
  /** Encoded size; default 64 MiB. */
  readonly maxBytes: number;
}
