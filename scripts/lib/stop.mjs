/**
 * An end that was foreseen: the message is one plain sentence saying what to do, `detail` what the
 * tool printed.
 */
export class Stop extends Error {
  constructor(sentence, detail = '') {
    super(sentence)
    this.detail = detail
  }
}
