import { get } from 'node:http';
import { err, ok, type Result } from '../../base/result.ts';

/** `/json/list` of a healthy inspector is under 2 kB. */
const maxBodyBytes = 1024 * 1024;
/** The inspector answers from its own thread, so even a blocked target answers at once. */
const timeoutMs = 5_000;

/** Reads a small JSON document over http. The error is the reason in a few words; it never rejects. */
export function fetchJson(
  url: string,
  signal?: AbortSignal,
  limitMs = timeoutMs,
): Promise<Result<unknown, string>> {
  return new Promise((resolve) => {
    const deadline = AbortSignal.timeout(limitMs);
    const request = get(
      url,
      { signal: signal ? AbortSignal.any([signal, deadline]) : deadline },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > maxBodyBytes) request.destroy(new Error('its answer is too large'));
        });
        response.on('error', (error) => {
          resolve(err(error.message));
        });
        response.on('end', () => {
          resolve(
            response.statusCode === 200 ? parse(chunks) : err(`http status ${String(response.statusCode)}`),
          );
        });
      },
    );
    request.on('error', (error) => {
      resolve(err(deadline.aborted ? 'no answer in time' : error.message));
    });
  });
}

function parse(chunks: readonly Buffer[]): Result<unknown, string> {
  try {
    return ok(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return err('its answer is not JSON');
    throw error;
  }
}
