const KILO = 1024;

/**
 * A size for people.
 * @param {number} bytes
 */
export function sizeText(bytes) {
  return bytes < KILO * KILO ? `${(bytes / KILO).toFixed(1)} KB` : `${(bytes / KILO / KILO).toFixed(2)} MB`;
}
