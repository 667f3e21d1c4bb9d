/** The message on which a thread of the pool ends itself. */
export const END_OF_THREAD = 'end';
