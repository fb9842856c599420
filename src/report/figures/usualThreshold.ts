/** How long one callback must hold the loop to count as a block, in ms, where nobody says otherwise: users notice it. */
export const usualThresholdMs = 50;
