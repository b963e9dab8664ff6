/**
 * Luma of BT.601 (0.299, 0.587, 0.114) in the fixed-point numbers of OpenCV's RGB2GRAY for bytes; whole, so that grey levels are
 * the same to the last bit.
 */
export const LUMA_RED = 9798;
export const LUMA_GREEN = 19235;
export const LUMA_BLUE = 3735;
export const LUMA_HALF = 1 << 14;
export const LUMA_SHIFT = 15;
