/**
 * What may happen when the inspector of a program is opened by its signal, where its files do not say that it leaves the signal
 * to Node. The editor translates these sentences. {0} is the place that names the signal.
 */
export const signalTexts = {
  dependency:
    'A package that the program may use names SIGUSR1, the signal that opens the inspector ({0}). If the program handles the signal, its handler runs and no inspector opens.',
  unsearched:
    'The program is too large to search for a handler of SIGUSR1, the signal that opens the inspector. If there is a handler, it will run.',
} as const;
