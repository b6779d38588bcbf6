/** Nobody signs in here but who measures. */
export const SECRET = 'a secret for measuring, of more than forty letters'
