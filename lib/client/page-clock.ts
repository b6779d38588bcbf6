/**
 * The time in milliseconds since the epoch, by a clock that nobody sets: the browser's own as it
 * was when the page was loaded, going on by itself (High Resolution Time, 5). When the browser's
 * clock is put right while a page is open, what the page counts goes on.
 */
export const pageNow = (): number => performance.timeOrigin + performance.now()
