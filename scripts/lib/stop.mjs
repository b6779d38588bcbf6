/**
 * An end that was foreseen: the message is one plain sentence saying what to do, `detail` what the
 * tool printed.
 */
export class Stop extends Error {
  /**
   * @param {string} sentence
   * @param {string} [detail]
   */
  constructor(sentence, detail = '') {
    super(sentence)
    this.detail = detail
  }
}

/**
 * What is read; what reading it throws stops the program with that sentence.
 * @template Value
 * @param {() => Value} read
 */
export function orStop(read) {
  try {
    return read()
  } catch (error) {
    throw error instanceof Error ? new Stop(error.message) : error
  }
}
